package farsight.vector;

/** Tells whether the Vector API is there, without loading any of it. */
public final class VectorSupport {

    private static final String MODULE = "jdk.incubator.vector";

    private VectorSupport() {}

    /** Whether the module of the Vector API is part of the running JVM. */
    public static boolean available() {
        return ModuleLayer.boot().findModule(MODULE).isPresent();
    }

    /** For people: the width of the vectors, as in "Vector API, 512 bit", or how to get them. */
    public static String description() {
        return available()
                ? "Vector API, " + Lanes.SPECIES.vectorBitSize() + " bit"
                : "no Vector API: start java with --add-modules " + MODULE;
    }
}
