package farsight.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/** Memory of this machine, or of the container that this process runs in. */
public final class HostMemory {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static final LinuxMemory LINUX = new LinuxMemory(Path.of("/"));

    private HostMemory() {}

    /** All of it, in bytes. */
    public static long total() {
        return SYSTEM.getTotalMemorySize();
    }

    /**
     * What can be taken now without swapping, in bytes: the smaller of the kernel's estimate for the machine and what
     * the limit of a container leaves, where the system tells.
     */
    public static long available() {
        return Math.min(total(), LINUX.available().orElseGet(SYSTEM::getFreeMemorySize));
    }

    /** What arrays outside the Java heap may take: -XX:MaxDirectMemorySize, by default the largest heap. */
    public static long outsideHeap() {
        HotSpotDiagnosticMXBean hotspot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long set = Long.parseLong(hotspot.getVMOption("MaxDirectMemorySize").getValue());
        return set > 0 ? set : Runtime.getRuntime().maxMemory();
    }

    /** Memory of this process that is in RAM, in bytes; −1 where the system does not say. */
    public static long resident() {
        return LINUX.resident().orElse(-1);
    }
}
