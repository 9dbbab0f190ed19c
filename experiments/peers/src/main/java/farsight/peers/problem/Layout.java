package farsight.peers.problem;

import farsight.data.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Between channels by positions and positions by channels; plain, as no time of it is counted. */
public final class Layout {

    private Layout() {}

    /** A flat copy with rows and columns of every matrix exchanged. */
    public static Tensor transposed(Tensor matrices, long batch, long rows, long cols) {
        Tensor turned = Tensor.allocate(batch * rows * cols);
        for (long b = 0; b < batch; b++) {
            MemorySegment from = matrices.values().asSlice(b * rows * cols * Float.BYTES);
            MemorySegment to = turned.values().asSlice(b * rows * cols * Float.BYTES);
            for (long i = 0; i < rows; i++) {
                for (long j = 0; j < cols; j++) {
                    float value = from.getAtIndex(ValueLayout.JAVA_FLOAT, i * cols + j);
                    to.setAtIndex(ValueLayout.JAVA_FLOAT, j * rows + i, value);
                }
            }
        }
        return turned;
    }
}
