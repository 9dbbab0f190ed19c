package farsight.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * The most memory that the JVM takes beside the arrays. Measured as the highest resident size of {@code apply} and
 * {@code gradient} less their arrays, for every kind of block at N = 100,000 and 1,000,000, C = 64, on two cores with
 * {@code -Xmn32m}: 143 to 208 MB. Of these, 32 MB are the young heap, 16 MB lie between arrays and files, 20 MB are the
 * JVM's own code, 40 MB are classes and compiled code, and 10 to 40 MB are the compilers' while the loops are new. The
 * collector and the threads take the rest.
 *
 * <p>Without {@code -Xmn} the young heap decides. Vectors are objects until a loop is compiled, and on a machine of 24
 * GB 0.3 to 1.7 GB of them gather before a collection.
 *
 * <p>TornadoVM's SDK adds its classes, its compiler and the device's driver. On PoCL, whose driver holds LLVM, two
 * forward passes took 532 and 680 MB beside both copies of the arrays. Drivers of GPUs were not measured.
 */
public final class JvmMemory {

    /** All but the young heap and the share per core. */
    private static final long BASE = 192L << 20;

    /** TornadoVM and a driver, if the process was started with an SDK. */
    private static final long DEVICES = 640L << 20;

    /** Per core: a worker's stack and scratch, and a share of the threads that compile and collect. */
    private static final long CORE = 2L << 20;

    /** The largest young part of the heap: G1's, the highest of all collectors. */
    private static final double MOST_YOUNG = 0.6;

    /** Garbage never exceeded this before the loops were compiled. */
    private static final long MOST_GARBAGE = 2L << 30;

    private JvmMemory() {}

    /** The bound for this process, with a thread on every core. */
    public static long bound() {
        return BASE
                + CORE * Runtime.getRuntime().availableProcessors()
                + young()
                + (TornadoRuntime.present() ? DEVICES : 0);
    }

    /** The part of a bound that the JVM has not taken yet. */
    static long remaining(long bound) {
        long own = HostMemory.ownOfJvm();
        return own < 0 ? bound : Math.max(0, bound - own);
    }

    private static long young() {
        long most = (long) (Runtime.getRuntime().maxMemory() * MOST_YOUNG);
        HotSpotDiagnosticMXBean hotspot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        try {
            // Unsigned: when unset it may be the largest unsigned number.
            long set = Long.parseUnsignedLong(hotspot.getVMOption("MaxNewSize").getValue());
            most = set > 0 ? Math.min(most, set) : most;
        } catch (IllegalArgumentException e) {
            // This collector has no such option.
        }
        return Math.min(most, MOST_GARBAGE);
    }
}
