package farsight.inspect;

import farsight.kernel.CrissCrossKernels;
import java.util.Arrays;
import java.util.List;

/**
 * The affinity of criss-cross attention. One pass weighs a position's row and column, all else is 0. Passes that follow
 * each other multiply, the last one from the left: a row of A₂·A₁ says from where two passes together bring a position its
 * values, residuals and projections apart.
 *
 * @param passes weights of each pass, in their order, [N, H + W − 1]
 * @param height H
 * @param width W
 */
record CrissCrossRows(List<float[]> passes, int height, int width) implements AffinityRows {

    @Override
    public int queries() {
        return height * width;
    }

    @Override
    public int keys() {
        return height * width;
    }

    @Override
    public void visit(int[] which, Visitor visitor) {
        float[] row = new float[keys()];
        float[] next = new float[keys()];
        for (int place = 0; place < which.length; place++) {
            Arrays.fill(row, 0f);
            row[which[place]] = 1f;
            for (float[] weights : passes.reversed()) {
                times(row, weights, next);
                float[] before = row;
                row = next;
                next = before;
            }
            visitor.row(place, row, 0);
        }
    }

    /** product = row·A for the A of one pass. */
    private void times(float[] row, float[] weights, float[] product) {
        int count = height + width - 1;
        Arrays.fill(product, 0f);
        for (int p = 0; p < row.length; p++) {
            if (row[p] != 0f) {
                for (int s = 0; s < count; s++) {
                    int n = CrissCrossKernels.neighbour(p / width, p % width, s, width);
                    product[n] += row[p] * weights[p * count + s];
                }
            }
        }
    }
}
