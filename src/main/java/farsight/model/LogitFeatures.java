package farsight.model;

import farsight.block.Grid;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The features of one image in place, read in float64.
 *
 * @param values of all images
 * @param first index of this image's first value
 * @param channels C
 * @param grid how the N positions are arranged
 * @param byPosition whether a position's channels are adjacent, as in kernels; else a channel's positions are, as in
 *     files
 */
record LogitFeatures(MemorySegment values, long first, int channels, Grid grid, boolean byPosition) {

    /** Positions per chunk: their sums stay in the first-level cache. */
    private static final int CHUNK = 2048;

    /** A position and the value that made it the maximum. */
    record Place(long position, double value) {}

    long positions() {
        return grid.positions();
    }

    /** x at a position. */
    double[] at(long position) {
        double[] x = new double[channels];
        for (int c = 0; c < channels; c++) {
            x[c] = value(c, position);
        }
        return x;
    }

    /** The position where |u·x + shift| is greatest. */
    Place farthest(double[] u, double shift) {
        return search((c, x) -> u[c] * x, shift);
    }

    /** The position where ‖x‖ is greatest. */
    Place longest() {
        return search((c, x) -> x * x, 0);
    }

    /** The greatest ‖x_c‖² of a channel over the positions. */
    double longestChannel() {
        double[] squares = new double[channels];
        // In the order of memory.
        long outer = byPosition ? positions() : channels;
        long inner = byPosition ? channels : positions();
        for (long o = 0; o < outer; o++) {
            for (long n = 0; n < inner; n++) {
                int c = (int) (byPosition ? n : o);
                double x = value(c, byPosition ? o : n);
                squares[c] += x * x;
            }
        }
        return Arrays.stream(squares).max().orElse(0);
    }

    /** The positions that share a pooling window with this one; this one alone if nothing is pooled. */
    List<Long> pooledWith(long position, boolean pooled) {
        if (!pooled) {
            return List.of(position);
        }
        // An odd last row or column is in no window; the window before it is the nearest.
        long tall = grid.windowRows();
        long map = position / grid.width() / grid.height() * grid.height();
        long row = Math.min(position / grid.width() % grid.height(), grid.height() / tall * tall - 1) / tall * tall;
        long column = Math.min(position % grid.width(), grid.width() / 2 * 2 - 1) / 2 * 2;
        List<Long> all = new ArrayList<>();
        for (long i = map + row; i < map + row + tall; i++) {
            all.add(i * grid.width() + column);
            all.add(i * grid.width() + column + 1);
        }
        return all;
    }

    private double value(int channel, long position) {
        long at = byPosition ? position * channels + channel : channel * positions() + position;
        return values.getAtIndex(ValueLayout.JAVA_FLOAT, first + at);
    }

    private interface Term {
        double of(int channel, double x);
    }

    private Place search(Term term, double shift) {
        Place most = new Place(0, 0);
        double[] sums = new double[CHUNK];
        for (long start = 0; start < positions(); start += CHUNK) {
            int count = (int) Math.min(CHUNK, positions() - start);
            Arrays.fill(sums, shift);
            // In the order of memory.
            int outer = byPosition ? count : channels;
            int inner = byPosition ? channels : count;
            for (int o = 0; o < outer; o++) {
                for (int n = 0; n < inner; n++) {
                    int i = byPosition ? o : n;
                    int c = byPosition ? n : o;
                    sums[i] += term.of(c, value(c, start + i));
                }
            }
            for (int i = 0; i < count; i++) {
                if (Math.abs(sums[i]) > most.value()) {
                    most = new Place(start + i, Math.abs(sums[i]));
                }
            }
        }
        return most;
    }
}
