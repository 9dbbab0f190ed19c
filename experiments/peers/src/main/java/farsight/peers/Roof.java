package farsight.peers;

/**
 * What the machine can do at best on all cores; NaN where it was not measured.
 *
 * @param flops a second, by fused multiply-adds that never leave the registers
 * @param bytes a second that a copy of a large array reads and writes
 */
record Roof(double flops, double bytes) {

    static final Roof UNKNOWN = new Roof(Double.NaN, Double.NaN);

    /** The greater of each. */
    Roof or(Roof other) {
        return new Roof(greater(flops, other.flops), greater(bytes, other.bytes));
    }

    private static double greater(double a, double b) {
        return Double.isNaN(a) || b > a ? b : a;
    }
}
