package farsight.vector;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Tells whether the Vector API is there, and vector instructions of fused multiply-adds for it, without loading any of it.
 * Without them each lane would be one call, a hundred times slower than a plain loop.
 */
public final class VectorSupport {

    private static final String MODULE = "jdk.incubator.vector";

    private VectorSupport() {}

    /** Whether vectors can be used, and are worth it. */
    public static boolean available() {
        return moduleThere() && Instructions.FUSED;
    }

    private static boolean moduleThere() {
        return ModuleLayer.boot().findModule(MODULE).isPresent();
    }

    /** Asked once: the JVM does not change its mind. */
    private static final class Instructions {

        static final boolean FUSED = fused();

        private static boolean fused() {
            HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            try {
                return jvm == null
                        || Boolean.parseBoolean(jvm.getVMOption("UseFMA").getValue());
            } catch (IllegalArgumentException e) {
                // A JVM that has no such option says nothing against its vectors.
                return true;
            }
        }
    }

    /** For people: the width of the vectors, as in "Vector API, 512 bit", where they are {@link #available}. */
    public static String description() {
        return "Vector API, " + Lanes.SPECIES.vectorBitSize() + " bit";
    }

    /** For people: why {@link #available} says no. */
    public static String missing() {
        return moduleThere()
                ? "no fused multiply-adds by this processor, or by this JVM (-XX:-UseFMA, -XX:UseAVX=0)"
                : "no Vector API in this JVM (start it with --add-modules " + MODULE + ")";
    }
}
