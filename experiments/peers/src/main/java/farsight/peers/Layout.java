package farsight.peers;

import farsight.data.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Between channels by positions and positions by channels; plain, as no time of it is counted. */
final class Layout {

    private Layout() {}

    /** A flat copy with rows and columns exchanged. */
    static Tensor transposed(Tensor matrix, long rows, long cols) {
        Tensor turned = Tensor.allocate(rows * cols);
        MemorySegment from = matrix.values();
        MemorySegment to = turned.values();
        for (long i = 0; i < rows; i++) {
            for (long j = 0; j < cols; j++) {
                to.setAtIndex(
                        ValueLayout.JAVA_FLOAT, j * rows + i, from.getAtIndex(ValueLayout.JAVA_FLOAT, i * cols + j));
            }
        }
        return turned;
    }
}
