package farsight.vector.image;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.vector.Lanes;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.VectorMask;

/**
 * A matrix in the order in which {@link ConvolutionTiles} and {@link PositionTiles} read it: tile by tile of columns,
 * each row by row. The last vector is padded with 0. Rows are copied whole, because they lie one after the other in
 * memory and tiles do not.
 *
 * @param rows of the matrix
 * @param wide columns
 * @param firsts index of each vector of columns in row 0
 * @param steps floats from one row to the next, of each vector of columns
 */
record Panels(int rows, int wide, int[] firsts, int[] steps) {

    static Panels of(int rows, int wide) {
        int vectors = Math.ceilDiv(wide, Lanes.COUNT);
        int[] firsts = new int[vectors];
        int[] steps = new int[vectors];
        for (int v = 0; v < vectors; ) {
            int width = ConvolutionTiles.width(vectors - v);
            for (int side = 0; side < width; side++) {
                firsts[v + side] = (v * rows + side) * Lanes.COUNT;
                steps[v + side] = width * Lanes.COUNT;
            }
            v += width;
        }
        return new Panels(rows, wide, firsts, steps);
    }

    /** Floats of all panels. */
    int size() {
        return Math.multiplyExact(rows, firsts.length * Lanes.COUNT);
    }

    /**
     * Copies some rows.
     *
     * @param from index of the first row's first element
     * @param step from one row to the next
     * @param row first row to fill
     */
    void copy(MemorySegment x, long from, long step, int row, int count, float[] panels) {
        int whole = wide / Lanes.COUNT;
        VectorMask<Float> tail = Lanes.tail(wide);
        for (int p = 0; p < count; p++) {
            long at = from + p * step;
            for (int v = 0; v < whole; v++) {
                fromMemorySegment(SPECIES, x, bytes(at + (long) v * Lanes.COUNT), ORDER)
                        .intoArray(panels, firsts[v] + (row + p) * steps[v]);
            }
            if (whole < firsts.length) {
                fromMemorySegment(SPECIES, x, bytes(at + (long) whole * Lanes.COUNT), ORDER, tail)
                        .intoArray(panels, firsts[whole] + (row + p) * steps[whole]);
            }
        }
    }
}
