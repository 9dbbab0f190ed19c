package farsight.engine;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the JVM takes beside the arrays, at most. Measured as the highest resident size of {@code apply} and {@code
 * gradient} less their arrays, for every kind of block at N = 100,000 and 1,000,000, C = 64, on two cores with {@code
 * -Xmn32m}: 143 to 208 MB. That is 32 MB of young heap, 16 MB between arrays and files, 20 MB of the JVM's own code, 40 MB
 * of classes and compiled code, and 10 to 40 MB that the compilers work in while the loops are new; the rest is the
 * collector's and the threads'.
 *
 * <p>Without {@code -Xmn} the young heap decides: vectors are objects until the compiler has done with a loop, and the
 * collectors let 0.3 to 1.7 GB of them gather on a machine of 24 GB before they look.
 *
 * <p>With TornadoVM's SDK come its classes, its compiler and the device's driver: on PoCL, whose driver holds LLVM,
 * two forward passes took 532 and 680 MB beside both copies of the arrays. Drivers of GPUs were not measured.
 */
final class JvmMemory {

    /** All but the young heap and what goes with the number of cores. */
    private static final long BASE = 192L << 20;

    /** TornadoVM and a driver, where the process was started with an SDK. */
    private static final long DEVICES = 640L << 20;

    /** Of each core: a worker's stack and scratch, and its share of threads that compile and collect. */
    private static final long CORE = 2L << 20;

    /** The largest part of the heap that is young: G1's, the most of all collectors. */
    private static final double MOST_YOUNG = 0.6;

    /** More garbage than this never gathered before the loops were compiled. */
    private static final long MOST_GARBAGE = 2L << 30;

    private JvmMemory() {}

    /** All of it in this process, with a thread on every core. */
    static long bound() {
        return BASE
                + CORE * Runtime.getRuntime().availableProcessors()
                + young()
                + (TornadoEngine.runtimePresent() ? DEVICES : 0);
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
            // Unsigned: where nothing is set it may be the largest number.
            long set = Long.parseUnsignedLong(hotspot.getVMOption("MaxNewSize").getValue());
            most = set > 0 ? Math.min(most, set) : most;
        } catch (IllegalArgumentException e) {
            // A collector that has no such bound.
        }
        return Math.min(most, MOST_GARBAGE);
    }
}
