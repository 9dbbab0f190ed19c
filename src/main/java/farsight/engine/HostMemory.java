package farsight.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/** Memory of this machine, or of the container that this process runs in. */
public final class HostMemory {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static final LinuxMemory LINUX = new LinuxMemory(Path.of("/"));

    /** Waits of 10 ms for the memory of sessions just closed, which the collector frees a little later. */
    private static final int PATIENCE = 100;

    /** Bytes of a result from which the system is asked first: asking takes some 100 µs. */
    private static final long WORTH_A_LOOK = 16L << 20;

    private HostMemory() {}

    /** Total memory in bytes: the machine's, or the lowest limit of this process's control groups. */
    public static long total() {
        long machine = SYSTEM.getTotalMemorySize();
        return Math.min(machine, LINUX.total().orElse(machine));
    }

    /**
     * Bytes that can be taken now without swapping: the smaller of the kernel's estimate for the machine and the rest
     * of the control groups' limits, where the system reports them.
     */
    public static long available() {
        return Math.min(total(), LINUX.available().orElseGet(SYSTEM::getFreeMemorySize));
    }

    /** The JVM's limit for arrays outside the heap: -XX:MaxDirectMemorySize, by default the maximum heap size. */
    public static long outsideHeap() {
        HotSpotDiagnosticMXBean hotspot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long set = Long.parseLong(hotspot.getVMOption("MaxDirectMemorySize").getValue());
        return set > 0 ? set : Runtime.getRuntime().maxMemory();
    }

    /** Bytes of arrays outside the heap now, including those that the garbage collector has not freed yet. */
    static long usedOutsideHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Why a process cannot have the memory it needs now, if it cannot. */
    static Optional<String> refusal(ProcessMemory process) {
        return refusal(process.outsideHeap(), process.restToCome(), process.rest());
    }

    /** Why tensors of that size cannot be allocated now, if they cannot. Small ones are not checked. */
    public static Optional<String> refusal(long bytes) {
        return bytes < WORTH_A_LOOK ? Optional.empty() : refusal(bytes, 0, "");
    }

    /**
     * Why the memory cannot be taken now, if it cannot. Waits up to one second for the memory of closed sessions to be
     * freed.
     *
     * @param bytes outside the heap
     * @param rest further bytes, which the JVM does not count
     * @param what names the rest, for messages
     */
    private static Optional<String> refusal(long bytes, long rest, String what) {
        long needed = ProcessMemory.sum(bytes, rest);
        long free = available();
        long left = outsideHeap() - usedOutsideHeap();
        boolean mayComeBack = usedOutsideHeap() >= WORTH_A_LOOK && needed <= total() && bytes <= outsideHeap();
        for (int i = 0; i < PATIENCE && mayComeBack && (free < needed || left < bytes); i++) {
            if (i == 0) {
                System.gc();
            }
            LockSupport.parkNanos(10_000_000);
            free = available();
            left = outsideHeap() - usedOutsideHeap();
        }
        if (free < needed) {
            return Optional.of("needs %s%s; this machine has %s free at the moment"
                    .formatted(
                            Bytes.text(bytes),
                            rest == 0 ? "" : " of arrays, " + Bytes.text(needed) + " with " + what,
                            Bytes.text(free)));
        }
        return left < bytes
                ? Optional.of("needs %s of arrays; the JVM's limit for arrays outside the heap has %s of %s left"
                                .formatted(Bytes.text(bytes), Bytes.text(Math.max(0, left)), Bytes.text(outsideHeap()))
                        + " (-XX:MaxDirectMemorySize)")
                : Optional.empty();
    }

    /** Waits up to one second until the memory of closed sessions is freed. */
    public static void settle() {
        for (int i = 0; i < PATIENCE && usedOutsideHeap() >= WORTH_A_LOOK; i++) {
            if (i == 0) {
                System.gc();
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** Resident memory of this process in bytes; −1 where the system does not report it. */
    public static long resident() {
        return LINUX.resident().orElse(-1);
    }

    /** The peak of {@link #resident} in bytes; −1 where the system does not report it. */
    public static long peak() {
        return LINUX.peak().orElse(-1);
    }

    /** Anonymous memory of this process without arrays outside the heap; −1 where the system does not report it. */
    static long ownOfJvm() {
        OptionalLong anonymous = LINUX.anonymous();
        return anonymous.isPresent() ? Math.max(0, anonymous.getAsLong() - usedOutsideHeap()) : -1;
    }
}
