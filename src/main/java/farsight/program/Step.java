package farsight.program;

import java.util.List;

/** One operation of a {@link Program}: what it reads and writes, and what that costs. */
public interface Step {

    /** Short name of the operation, for example {@code matMul}. */
    String name();

    /** Buffers whose numbers it needs. */
    List<Buffer> reads();

    /** Buffers it writes, work space among them. One that stands in {@link #reads()} too is added to. */
    List<Buffer> writes();

    /**
     * Floating-point operations; a multiply-add counts two, an exponential one.
     *
     * @throws ArithmeticException when they exceed a long
     */
    long flops();

    /**
     * Bytes that cross memory when every read and every write does so once.
     *
     * @return bytes
     * @throws ArithmeticException when they exceed a long
     */
    default long bytes() {
        long sum = 0;
        for (Buffer b : reads()) {
            sum = Math.addExact(sum, b.shape().bytes());
        }
        for (Buffer b : writes()) {
            sum = Math.addExact(sum, b.shape().bytes());
        }
        return sum;
    }

    /**
     * Whether {@code written} may lie in the same array as {@code read}, because each element is read
     * before it is written and never again.
     *
     * @param read one of {@link #reads()}
     * @param written one of {@link #writes()}
     */
    default boolean mayOverwrite(Buffer read, Buffer written) {
        return false;
    }
}
