package farsight.data;

import java.util.Arrays;

/** The triangle filter behind {@link Images#resize}, one axis after the other. */
final class Resampling {
    private Resampling() {}

    /** The image at another size, of which every side is at least 1. */
    static Image resize(Image image, int width, int height) {
        // Whichever axis first leaves less in between; that is never more than the larger image.
        boolean columnsFirst = (long) width * image.height() <= (long) image.width() * height;
        return columnsFirst ? rows(columns(image, width), height) : columns(rows(image, height), width);
    }

    private static Image columns(Image image, int width) {
        Taps taps = new Taps(image.width(), width);
        float[] in = image.rgb();
        float[] out = new float[Image.CHANNELS * width * image.height()];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                double[] weights = taps.weights(x);
                int from = (y * image.width() + taps.first(x)) * Image.CHANNELS;
                int to = (y * width + x) * Image.CHANNELS;
                for (int c = 0; c < Image.CHANNELS; c++) {
                    double sum = 0;
                    for (int i = 0; i < weights.length; i++) {
                        sum += weights[i] * in[from + i * Image.CHANNELS + c];
                    }
                    out[to + c] = (float) sum;
                }
            }
        }
        return new Image(width, image.height(), out);
    }

    private static Image rows(Image image, int height) {
        Taps taps = new Taps(image.height(), height);
        int length = Image.CHANNELS * image.width();
        float[] in = image.rgb();
        float[] out = new float[length * height];
        double[] sums = new double[length];
        for (int y = 0; y < height; y++) {
            double[] weights = taps.weights(y);
            Arrays.fill(sums, 0);
            for (int i = 0; i < weights.length; i++) {
                int from = (taps.first(y) + i) * length;
                for (int x = 0; x < length; x++) {
                    sums[x] += weights[i] * in[from + x];
                }
            }
            for (int x = 0; x < length; x++) {
                out[y * length + x] = (float) sums[x];
            }
        }
        return new Image(image.width(), height, out);
    }

    /**
     * The filter along one axis of {@code from} samples made {@code to}: with the step s = from / to,
     * output i has its centre at (i + ½)·s and takes input j, whose centre is at j + ½, with the weight
     * max(0, 1 − |j + ½ − centre| / max(1, s)), scaled so that an output's weights sum to 1.
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

        /** Where an output's inputs begin. */
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
