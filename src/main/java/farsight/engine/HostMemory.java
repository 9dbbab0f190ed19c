package farsight.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Memory of this machine, or of the container that this process runs in. */
public final class HostMemory {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private HostMemory() {}

    /** All of it, in bytes. */
    public static long total() {
        return SYSTEM.getTotalMemorySize();
    }

    /** What can be taken now without swapping, in bytes: the kernel's estimate where there is one. */
    public static long available() {
        long free = SYSTEM.getFreeMemorySize();
        // In a container the bean's figure is that of the container; /proc/meminfo is the host's.
        return Math.min(total(), Math.max(free, linuxFigure(Path.of("/proc/meminfo"), "MemAvailable:", 0)));
    }

    /** What arrays outside the Java heap may take: -XX:MaxDirectMemorySize, by default the largest heap. */
    public static long outsideHeap() {
        HotSpotDiagnosticMXBean hotspot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long set = Long.parseLong(hotspot.getVMOption("MaxDirectMemorySize").getValue());
        return set > 0 ? set : Runtime.getRuntime().maxMemory();
    }

    /** Memory of this process that is in RAM, in bytes; −1 where the system does not say. */
    public static long resident() {
        return linuxFigure(Path.of("/proc/self/status"), "VmRSS:", -1);
    }

    private static long linuxFigure(Path file, String key, long otherwise) {
        try {
            List<String> lines = Files.isReadable(file) ? Files.readAllLines(file) : List.of();
            for (String line : lines) {
                if (line.startsWith(key)) {
                    return Long.parseLong(line.substring(key.length())
                                    .replace("kB", "")
                                    .strip())
                            * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return otherwise;
        }
        return otherwise;
    }
}
