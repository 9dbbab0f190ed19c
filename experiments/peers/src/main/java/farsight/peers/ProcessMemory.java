package farsight.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process's resident memory, as Linux counts it. */
final class ProcessMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    /** Makes the peak start again from what is resident now, which it returns in bytes. */
    static long restartPeak() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
            return figure("VmRSS:");
        } catch (IOException e) {
            throw new UncheckedIOException("the peak of resident memory cannot be measured here", e);
        }
    }

    /** The most that was resident since, in bytes. */
    static long peak() {
        try {
            return figure("VmHWM:");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long figure(String key) throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith(key)) {
                return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException(STATUS + " has no " + key);
    }
}
