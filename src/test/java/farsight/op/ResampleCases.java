package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.image.Resample;
import farsight.op.image.Upsampling;
import farsight.program.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Cases of resampled maps: larger, smaller, by whole and odd ratios, of one row, one position, and to one. */
final class ResampleCases {

    /** Features in which each sample is {@code maps} consecutive maps. */
    private record Map(
            int batch, int maps, int height, int width, int outHeight, int outWidth, int channels, boolean accumulate) {
        Resample.Sides sides(Upsampling mode) {
            return new Resample.Sides(height, width, outHeight, outWidth, mode);
        }

        Shape shape() {
            return new Shape(batch, (long) maps * height * width, channels);
        }
    }

    private ResampleCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return maps(sizes).stream()
                .flatMap(m -> Arrays.stream(Upsampling.values())
                        .flatMap(mode -> Stream.of(resampled(m, mode), gradient(m, mode))));
    }

    private static List<Map> maps(Sizes sizes) {
        List<Map> few = List.of(new Map(2, 1, 3, 5, 6, 7, 3, true), new Map(1, 2, 1, 4, 1, 8, 5, false));
        if (sizes == Sizes.ODD || sizes == Sizes.DEVICE) {
            return few;
        }
        return Stream.concat(
                        few.stream(),
                        Stream.of(
                                new Map(1, 1, 1, 1, 1, 1, 1, false),
                                new Map(2, 1, 1, 1, 3, 2, 2, true),
                                new Map(1, 1, 4, 6, 1, 1, 17, false),
                                new Map(1, 2, 7, 11, 3, 4, 16, true),
                                new Map(1, 1, 8, 8, 16, 16, 33, false),
                                new Map(1, 1, 13, 17, 13, 31, 7, true),
                                new Map(2, 1, 1, 1_021, 1, 509, 3, false),
                                new Map(1, 1, 2, 3, 40, 50, 4, true)))
                .toList();
    }

    /** What output i of m takes of input k of n. */
    private static double weight(int i, int k, int n, int m, Upsampling mode) {
        if (mode == Upsampling.NEAREST) {
            return k == i * n / m ? 1 : 0;
        }
        double s =
                mode == Upsampling.LINEAR ? Math.max((i + 0.5) * n / m - 0.5, 0) : m == 1 ? 0 : i * (n - 1.0) / (m - 1);
        return Math.max(0, 1 - Math.abs(Math.min(s, n - 1) - k));
    }

    private interface Term {
        void add(int from, int to, double weight);
    }

    private static void each(Map m, Upsampling mode, Term term) {
        double[][] rows = weights(m.height, m.outHeight, mode);
        double[][] cols = weights(m.width, m.outWidth, mode);
        for (int map = 0; map < m.batch * m.maps; map++) {
            for (int to = 0; to < m.outHeight * m.outWidth; to++) {
                for (int from = 0; from < m.height * m.width; from++) {
                    double w = rows[to / m.outWidth][from / m.width] * cols[to % m.outWidth][from % m.width];
                    if (w != 0) {
                        term.add(map * m.height * m.width + from, map * m.outHeight * m.outWidth + to, w);
                    }
                }
            }
        }
    }

    private static double[][] weights(int n, int m, Upsampling mode) {
        double[][] w = new double[m][n];
        for (int i = 0; i < m; i++) {
            for (int k = 0; k < n; k++) {
                w[i][k] = weight(i, k, n, m, mode);
            }
        }
        return w;
    }

    private static F64 zeros(Shape s) {
        return F64.of((int) s.batch(), (int) s.rows(), (int) s.cols(), (b, i, j) -> 0);
    }

    private static OpCase resampled(Map m, Upsampling mode) {
        var c = new OpCase.Builder("resampled " + m + " " + mode);
        Shape out = m.sides(mode).resampled(m.shape());
        Operand x = c.given("x", m.shape());
        Operand y = c.target("y", out, false);
        F64 exact = zeros(out);
        each(m, mode, (from, to, w) -> {
            for (int k = 0; k < m.channels; k++) {
                exact.values()[to * m.channels + k] += w * x.value().values()[from * m.channels + k];
            }
        });
        c.expect(y, exact);
        return c.build(new Resample(x.buffer(), y.buffer(), m.sides(mode)));
    }

    private static OpCase gradient(Map m, Upsampling mode) {
        var c = new OpCase.Builder("resampledGradient " + m + " " + mode);
        Operand dy = c.given("dy", m.sides(mode).resampled(m.shape()));
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        F64 exact = zeros(m.shape());
        each(m, mode, (from, to, w) -> {
            for (int k = 0; k < m.channels; k++) {
                exact.values()[from * m.channels + k] += w * dy.value().values()[to * m.channels + k];
            }
        });
        c.expect(dx, exact);
        return c.build(new Resample.Gradient(dy.buffer(), dx.buffer(), m.sides(mode), m.accumulate()));
    }
}
