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

    /** Waits of 10 ms for the memory of sessions closed just before: the collector gives it back a little later. */
    private static final int PATIENCE = 100;

    /** Bytes of a result from which on the system is asked before: asking takes some 100 µs. */
    private static final long WORTH_A_LOOK = 16L << 20;

    private HostMemory() {}

    /** All of it, in bytes: the machine's, or the least limit of a control group that this process is in. */
    public static long total() {
        long machine = SYSTEM.getTotalMemorySize();
        return Math.min(machine, LINUX.total().orElse(machine));
    }

    /**
     * What can be taken now without swapping, in bytes: the smaller of the kernel's estimate for the machine and what
     * the limits of control groups leave, where the system tells.
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

    /** What arrays outside the Java heap take now, those included that the garbage collector has not seen yet. */
    static long usedOutsideHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Why a process cannot take what it needs now, if it cannot. */
    static Optional<String> refusal(ProcessMemory process) {
        return refusal(process.outsideHeap(), process.restToCome(), process.rest());
    }

    /** Why tensors of so many bytes cannot be allocated now, if they cannot. Small ones are not looked at. */
    public static Optional<String> refusal(long bytes) {
        return bytes < WORTH_A_LOOK ? Optional.empty() : refusal(bytes, 0, "");
    }

    /**
     * Why so much cannot be taken now, if it cannot. Where memory of closed sessions is still to come back it is waited
     * for, a second at most.
     *
     * @param bytes outside the heap
     * @param rest that will be taken beside, which the JVM does not count
     * @param what that is
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
                ? Optional.of("needs %s of arrays; of the JVM's limit for what is outside the heap %s of %s are left"
                                .formatted(Bytes.text(bytes), Bytes.text(Math.max(0, left)), Bytes.text(outsideHeap()))
                        + " (-XX:MaxDirectMemorySize)")
                : Optional.empty();
    }

    /** Waits, a second at most, until the memory of closed sessions has gone back. */
    public static void settle() {
        for (int i = 0; i < PATIENCE && usedOutsideHeap() >= WORTH_A_LOOK; i++) {
            if (i == 0) {
                System.gc();
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    /** Memory of this process that is in RAM, in bytes; −1 where the system does not say. */
    public static long resident() {
        return LINUX.resident().orElse(-1);
    }

    /** The most that {@link #resident} ever was, in bytes; −1 where the system does not say. */
    public static long peak() {
        return LINUX.peak().orElse(-1);
    }

    /** Memory of this process that no file backs, arrays outside the heap left out; −1 where the system does not say. */
    static long ownOfJvm() {
        OptionalLong anonymous = LINUX.anonymous();
        return anonymous.isPresent() ? Math.max(0, anonymous.getAsLong() - usedOutsideHeap()) : -1;
    }
}
