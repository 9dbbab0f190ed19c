package farsight.data;

import farsight.data.OutputFiles.IoConsumer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A float32 tensor whose values are produced piece by piece while it is written; it need not be whole in memory in its
 * layout.
 *
 * @param shape the length of each axis, outermost first
 * @param values produces the values
 */
public record TensorStream(long[] shape, Values values) {

    /** Produces the values of a tensor. */
    @FunctionalInterface
    public interface Values {
        /**
         * Produces all values, from the first on.
         *
         * @param sink takes them piece by piece in row-major order and native byte order; a piece is valid until the
         *     call returns
         * @throws IOException as the sink does
         */
        void writeTo(IoConsumer<MemorySegment> sink) throws IOException;
    }

    /** A stream of an existing tensor. */
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
