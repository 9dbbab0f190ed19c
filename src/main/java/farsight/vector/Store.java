package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;
import org.jspecify.annotations.Nullable;

/**
 * The sink of a plain product: C = α·sums + D, NaN where a sum overflowed.
 *
 * @param c C, [rows, n]
 * @param addend D, or null for none
 */
record Store(MemorySegment c, int n, float alpha, @Nullable Addend addend) implements ThinProduct.Sink {

    @Override
    public void take(float[] sums, long row, int rows, int column, int columns) {
        if (addend == null || !addend.oneRow()) {
            run(sums, 0, rows * n, row * n, row * n);
            return;
        }
        for (int r = 0; r < rows; r++) {
            run(sums, r * n, n, (row + r) * n, 0);
        }
    }

    /** Stores floats that are contiguous in the sums and in C. */
    private void run(float[] sums, int from, int length, long to, long plusAt) {
        MemorySegment plus = addend == null ? null : addend.floats();
        int whole = (int) Lanes.whole(length);
        VectorMask<Float> tail = Lanes.tail(length);
        if (plus == null) {
            for (int q = 0; q < whole; q += Lanes.COUNT) {
                Lanes.settled(fromArray(SPECIES, sums, from + q).mul(alpha)).intoMemorySegment(c, bytes(to + q), ORDER);
            }
            if (whole < length) {
                Lanes.settled(fromArray(SPECIES, sums, from + whole).mul(alpha))
                        .intoMemorySegment(c, bytes(to + whole), ORDER, tail);
            }
        } else {
            for (int q = 0; q < whole; q += Lanes.COUNT) {
                fromMemorySegment(SPECIES, plus, bytes(plusAt + q), ORDER)
                        .add(Lanes.settled(fromArray(SPECIES, sums, from + q).mul(alpha)))
                        .intoMemorySegment(c, bytes(to + q), ORDER);
            }
            if (whole < length) {
                fromMemorySegment(SPECIES, plus, bytes(plusAt + whole), ORDER, tail)
                        .add(Lanes.settled(
                                fromArray(SPECIES, sums, from + whole).mul(alpha)))
                        .intoMemorySegment(c, bytes(to + whole), ORDER, tail);
            }
        }
    }
}
