package farsight.vector;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Tells whether the JVM has the Vector API and vector instructions for fused multiply-adds, without loading the API.
 * Without these instructions each lane would be a call, a hundred times slower than a plain loop.
 *
 * <p>A JVM has the API's module only on request. One way is {@code --add-modules}, which makes the JVM print a warning
 * about an incubator module before every output. The other, used here, is the JDK's own method for loading modules
 * later (it serves agents). It needs java.base to export the method's package to us, as the manifest of {@code
 * farsight.jar} requests.
 */
public final class VectorSupport {

    private static final String MODULE = "jdk.incubator.vector";

    private VectorSupport() {}

    /** Whether the Vector API is usable and fast here. */
    public static boolean available() {
        return moduleThere() && Instructions.FUSED;
    }

    private static boolean moduleThere() {
        return VectorModule.THERE;
    }

    /** Looked up once; a loaded module stays. */
    private static final class VectorModule {

        private static final String LOADERS_PACKAGE = "jdk.internal.module";

        static final boolean THERE = ModuleLayer.boot().findModule(MODULE).isPresent() || loaded();

        private static boolean loaded() {
            Module base = Object.class.getModule();
            if (!base.isExported(LOADERS_PACKAGE, VectorSupport.class.getModule())) {
                return false;
            }
            try {
                Class.forName(LOADERS_PACKAGE + ".Modules")
                        .getMethod("loadModule", String.class)
                        .invoke(null, MODULE);
                return true;
            } catch (ReflectiveOperationException e) {
                // A JDK without the module or the method: missing() tells how to request it.
                return false;
            }
        }
    }

    /** Checked once: the answer cannot change. */
    private static final class Instructions {

        static final boolean FUSED = fused();

        private static boolean fused() {
            HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            try {
                return jvm == null
                        || Boolean.parseBoolean(jvm.getVMOption("UseFMA").getValue());
            } catch (IllegalArgumentException e) {
                // A JVM without this option may still have vector instructions.
                return true;
            }
        }
    }

    /** The width of the vectors for messages, for example "Vector API, 512 bit"; only if {@link #available}. */
    public static String description() {
        return "Vector API, " + Lanes.SPECIES.vectorBitSize() + " bit";
    }

    /** The reason, for messages, why vectors are not {@link #available}. */
    public static String missing() {
        return moduleThere()
                ? "no fused multiply-adds on this processor or in this JVM (-XX:-UseFMA, -XX:UseAVX=0)"
                : "no Vector API in this JVM (start it with -jar farsight.jar or with --add-modules " + MODULE + ")";
    }
}
