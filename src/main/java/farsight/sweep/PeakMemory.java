package farsight.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The largest resident size of this process since the last reset; only Linux reports it. */
final class PeakMemory {

    private static final Path RESET = Path.of("/proc/self/clear_refs");

    private static final Path STATUS = Path.of("/proc/self/status");

    private static final String PEAK = "VmHWM:";

    private PeakMemory() {}

    /** Resets the peak to the current size; false where the system cannot. */
    static boolean reset() {
        try {
            // proc(5): 5 resets the peak resident set size.
            Files.writeString(RESET, "5", StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The peak in bytes; −1 where the system does not report it. */
    static long bytes() {
        try {
            List<String> lines = Files.readAllLines(STATUS);
            for (String line : lines) {
                if (line.startsWith(PEAK) && line.endsWith(" kB")) {
                    return 1024
                            * Long.parseLong(line.substring(PEAK.length(), line.length() - 3)
                                    .strip());
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Treated as if there were no such file.
        }
        return -1;
    }
}
