package farsight.program;

import java.util.List;

/** One operation of a {@link Program}: the buffers it reads and writes, and its cost. */
public interface Step {

    /** Short name of the operation, for example {@code matMul}. */
    String name();

    /** Buffers that it reads. */
    List<Buffer> reads();

    /** Buffers that it writes, workspace included. A buffer also in {@link #reads()} is added to. */
    List<Buffer> writes();

    /**
     * Floating-point operations; a multiply-add counts two, an exponential one.
     *
     * @throws ArithmeticException if they exceed a long
     */
    long flops();

    /**
     * Bytes moved if each read and each write crosses memory once.
     *
     * @return bytes
     * @throws ArithmeticException if they exceed a long
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
     * Whether {@code written} may share the array of {@code read}, because the step reads each element before it writes
     * the same index, and never afterwards.
     *
     * @param read one of {@link #reads()}
     * @param written one of {@link #writes()}
     */
    default boolean mayOverwrite(Buffer read, Buffer written) {
        return false;
    }
}
