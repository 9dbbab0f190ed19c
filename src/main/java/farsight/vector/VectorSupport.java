package farsight.vector;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Tells whether the Vector API is there, and vector instructions of fused multiply-adds for it, without touching any of
 * it. Without them each lane would be one call, a hundred times slower than a plain loop.
 *
 * <p>The API is a module that a JVM has only when it is asked for: by {@code --add-modules}, at whose word the JVM warns
 * of an incubator module before every output; or here, by the JDK's own method for modules that are wanted later (it
 * serves agents), where java.base exports that method's package to us, as the manifest of {@code farsight.jar} asks.
 */
public final class VectorSupport {

    private static final String MODULE = "jdk.incubator.vector";

    private VectorSupport() {}

    /** Whether vectors can be used, and are worth it. */
    public static boolean available() {
        return moduleThere() && Instructions.FUSED;
    }

    private static boolean moduleThere() {
        return VectorModule.THERE;
    }

    /** Looked for once; what is loaded stays. */
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
                // A JDK without the module, or without that method: missing() says how to ask for it.
                return false;
            }
        }
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
                : "no Vector API in this JVM (start it by -jar farsight.jar, or with --add-modules " + MODULE + ")";
    }
}
