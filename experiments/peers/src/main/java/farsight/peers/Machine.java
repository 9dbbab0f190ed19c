package farsight.peers;

import farsight.engine.HostMemory;
import farsight.engine.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * Where and when.
 *
 * @param processor as the system names it
 * @param memoryBytes of the machine
 * @param java its version
 * @param date in UTC
 * @param load of the minute before the first run; NaN where the system does not say
 * @param roof the most that was seen between the rounds
 */
record Machine(String processor, long memoryBytes, String java, String date, double load, Roof roof) {

    static Machine now(double load, Roof roof) {
        return new Machine(
                Processor.name(),
                HostMemory.total(),
                Runtime.version().toString(),
                ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'")),
                load,
                roof);
    }

    /** Of the last minute. */
    static double loadNow() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.isReadable(file)
                ? Double.parseDouble(Files.readString(file).split(" ")[0])
                : Double.NaN;
    }
}
