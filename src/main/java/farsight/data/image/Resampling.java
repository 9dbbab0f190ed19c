package farsight.data.image;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The triangle filter behind {@link Images#resize}, one axis after the other. It takes rows one by one from the first,
 * so an image need never be held whole. The result does not depend on how they are batched.
 */
final class Resampling {
    private final int fromWidth;
    private final int fromHeight;
    private final int width;
    private final int height;
    private final boolean columnsFirst;
    private final Taps across;
    private final Taps down;

    /** Result of the first axis: [fromHeight, width, 3] or [height, fromWidth, 3]. */
    private final float[] between;

    /** Partial sums of the output rows that both past and future input rows contribute to. */
    private final Deque<double[]> sums = new ArrayDeque<>();

    private int finished;
    private int taken;

    /** A filter between two sizes, with every side at least 1. */
    Resampling(int fromWidth, int fromHeight, int width, int height) {
        this.fromWidth = fromWidth;
        this.fromHeight = fromHeight;
        this.width = width;
        this.height = height;
        columnsFirst = columnsFirst(fromWidth, fromHeight, width, height);
        across = new Taps(fromWidth, width);
        down = new Taps(fromHeight, height);
        between = new float[Image.CHANNELS * (columnsFirst ? width * fromHeight : fromWidth * height)];
    }

    // The axis that leaves the smaller intermediate comes first; it never exceeds the larger image.
    private static boolean columnsFirst(long fromWidth, long fromHeight, long width, long height) {
        return width * fromHeight <= fromWidth * height;
    }

    /** Most bytes that this takes, including the resized image. */
    static long bytes(long fromWidth, long fromHeight, long width, long height) {
        long between = Math.min(width * fromHeight, fromWidth * height);
        // Open output rows, in doubles: as many as one input row reaches.
        long open = columnsFirst(fromWidth, fromHeight, width, height) ? 0 : 2 + 2 * Math.ceilDiv(height, fromHeight);
        return Image.CHANNELS * (Float.BYTES * (between + width * height) + Double.BYTES * open * fromWidth);
    }

    /** Resizes an image; every side is at least 1. */
    static Image resize(Image image, int width, int height) {
        Resampling resampling = new Resampling(image.width(), image.height(), width, height);
        for (int y = 0; y < image.height(); y++) {
            resampling.row(image.rgb(), Image.CHANNELS * image.width() * y);
        }
        return resampling.image();
    }

    /** Takes the next row: 3 values per pixel, from an index of the array on. */
    void row(float[] in, int from) {
        if (columnsFirst) {
            columns(in, from, between, Image.CHANNELS * width * taken);
        } else {
            addToRows(in, from);
        }
        taken++;
    }

    /** The resized image, once every row has been taken. */
    Image image() {
        if (taken != fromHeight) {
            throw new IllegalStateException("%d of %d rows are taken".formatted(taken, fromHeight));
        }
        float[] out = new float[Image.CHANNELS * width * height];
        if (columnsFirst) {
            rows(out);
        } else {
            for (int y = 0; y < height; y++) {
                columns(between, Image.CHANNELS * fromWidth * y, out, Image.CHANNELS * width * y);
            }
        }
        return new Image(width, height, out);
    }

    private void columns(float[] in, int from, float[] out, int to) {
        for (int x = 0; x < width; x++) {
            double[] weights = across.weights(x);
            int first = from + across.first(x) * Image.CHANNELS;
            for (int c = 0; c < Image.CHANNELS; c++) {
                double sum = 0;
                for (int i = 0; i < weights.length; i++) {
                    sum += weights[i] * in[first + i * Image.CHANNELS + c];
                }
                out[to + x * Image.CHANNELS + c] = (float) sum;
            }
        }
    }

    private void rows(float[] out) {
        int length = Image.CHANNELS * width;
        double[] row = new double[length];
        for (int y = 0; y < height; y++) {
            double[] weights = down.weights(y);
            Arrays.fill(row, 0);
            for (int i = 0; i < weights.length; i++) {
                add(weights[i], between, (down.first(y) + i) * length, row);
            }
            store(row, out, y * length);
        }
    }

    // The same sums in the same order as for whole columns.
    private void addToRows(float[] in, int from) {
        int length = Image.CHANNELS * fromWidth;
        while (finished + sums.size() < height && down.first(finished + sums.size()) <= taken) {
            sums.add(new double[length]);
        }
        int y = finished;
        for (double[] row : sums) {
            add(down.weights(y)[taken - down.first(y)], in, from, row);
            y++;
        }
        while (!sums.isEmpty() && down.first(finished) + down.weights(finished).length == taken + 1) {
            store(sums.remove(), between, finished * length);
            finished++;
        }
    }

    private static void add(double weight, float[] in, int from, double[] row) {
        for (int x = 0; x < row.length; x++) {
            row[x] += weight * in[from + x];
        }
    }

    private static void store(double[] row, float[] out, int to) {
        for (int x = 0; x < row.length; x++) {
            out[to + x] = (float) row[x];
        }
    }

    /**
     * The filter along one axis from {@code from} to {@code to} samples. With the step s = from / to, output i has its
     * centre at (i + ½)·s and takes input j, whose centre is at j + ½, with the weight max(0, 1 − |j + ½ − centre| /
     * max(1, s)), scaled so that an output's weights sum to 1.
     */
    private static final class Taps {
        private final int[] first;
        private final double[][] weights;

        Taps(int from, int to) {
            first = new int[to];
            weights = new double[to][];
            double step = (double) from / to;
            double reach = Math.max(1, step);
            for (int output = 0; output < to; output++) {
                double centre = (output + 0.5) * step;
                first[output] = Math.max(0, (int) Math.floor(centre - reach + 0.5));
                int end = Math.min(from, (int) Math.ceil(centre + reach - 0.5));
                weights[output] = triangle(first[output] + 0.5 - centre, reach, end - first[output]);
            }
        }

        /** Index of an output's first input. */
        int first(int output) {
            return first[output];
        }

        /** The weights of an output's inputs; they sum to 1. */
        double[] weights(int output) {
            return weights[output];
        }

        private static double[] triangle(double distance, double reach, int length) {
            double[] weights = new double[length];
            double sum = 0;
            for (int i = 0; i < length; i++) {
                weights[i] = Math.max(0, 1 - Math.abs(distance + i) / reach);
                sum += weights[i];
            }
            for (int i = 0; i < length; i++) {
                weights[i] /= sum;
            }
            return weights;
        }
    }
}
