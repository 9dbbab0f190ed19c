package farsight.data;

import farsight.data.OutputFiles.IoConsumer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A float32 tensor that is made as it is written, a piece at a time, and need not lie whole in memory in its layout.
 *
 * @param shape the length of each axis, outermost first
 * @param values makes the values
 */
public record TensorStream(long[] shape, Values values) {

    /** Makes the values of a tensor. */
    @FunctionalInterface
    public interface Values {
        /**
         * Makes all values, from the first on.
         *
         * @param sink takes them piece by piece in row-major order and native byte order; a piece is valid until the call
         *     returns
         * @throws IOException as the sink does
         */
        void writeTo(IoConsumer<MemorySegment> sink) throws IOException;
    }

    /** Of a tensor that is there. */
    public static TensorStream of(Tensor tensor) {
        return new TensorStream(tensor.shape(), sink -> sink.accept(tensor.values()));
    }

    /**
     * Bytes of all values.
     *
     * @throws DataException where they do not fit a {@code long}
     */
    public long bytes() {
        return Tensor.bytesOf(shape);
    }
}
