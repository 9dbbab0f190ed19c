package farsight.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process's resident memory, as Linux counts it. */
final class ProcessMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    /** Gives back to the system what the C library has free: memory that is taken again would be no growth. */
    static void trim() {
        MethodHandle trim = Linker.nativeLinker().downcallHandle(
                Linker.nativeLinker().defaultLookup().find("malloc_trim").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
        try {
            int trimmed = (int) trim.invokeExact(0L);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

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
