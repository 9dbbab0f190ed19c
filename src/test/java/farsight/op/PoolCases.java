package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.layout.MaxPool;
import farsight.program.Shape;
import java.util.List;
import java.util.stream.Stream;

/** Cases of max-pooling over maps: even and odd sides, one row, one window and many, several maps, and equal maxima. */
final class PoolCases {

    /** Sizes of features in which each sample is {@code maps} consecutive maps. */
    private record Map(int batch, int maps, int height, int width, int channels, boolean accumulate) {
        Map(int batch, int height, int width, int channels, boolean accumulate) {
            this(batch, 1, height, width, channels, accumulate);
        }

        Shape shape() {
            return new Shape(batch, (long) maps * height * width, channels);
        }

        int places() {
            return height == 1 ? 2 : 4;
        }

        private int rows() {
            return height == 1 ? 1 : height / 2;
        }

        Shape pooled() {
            return new Shape(batch, (long) maps * rows() * (width / 2), channels);
        }

        /** Index of the window's position number {@code place}, in reading order. */
        int position(int window, int place) {
            int map = window / (width / 2) / rows();
            int i = 2 * (window / (width / 2) % rows()) + place / 2;
            int j = 2 * (window % (width / 2)) + place % 2;
            return (map * height + i) * width + j;
        }
    }

    private PoolCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return maps(sizes).stream().flatMap(m -> Stream.of(maxPool(m), gradient(m)));
    }

    private static List<Map> maps(Sizes sizes) {
        return switch (sizes) {
            case ODD -> List.of(new Map(3, 5, 7, 3, true), new Map(2, 1, 7, 3, true), new Map(2, 3, 3, 5, 3, false));
            case DEVICE ->
                List.of(
                        new Map(1, 2, 2, 1, false),
                        new Map(3, 5, 7, 3, true),
                        new Map(2, 1, 7, 3, true),
                        new Map(2, 3, 3, 5, 3, false));
            case VECTORS ->
                List.of(
                        new Map(2, 3, 2, 3, false),
                        new Map(1, 7, 7, 16, false),
                        new Map(2, 5, 9, 17, true),
                        new Map(1, 64, 48, 33, true),
                        new Map(1, 31, 30, 100, false),
                        new Map(40, 4, 4, 7, false),
                        new Map(2, 1, 1_031, 19, true),
                        new Map(1, 1, 64, 33, false),
                        new Map(2, 5, 9, 11, 17, true),
                        new Map(3, 4, 1, 9, 17, false));
            case MODERATE, HOST ->
                List.of(
                        new Map(1, 2, 2, 1, false),
                        new Map(1, 3, 2, 5, true),
                        new Map(3, 5, 7, 3, false),
                        new Map(3, 7, 5, 3, true),
                        new Map(2, 64, 33, 17, true),
                        new Map(1, 101, 64, 8, false),
                        new Map(1, 1, 2, 1, false),
                        new Map(3, 1, 101, 5, true),
                        new Map(2, 1, 64, 17, false),
                        new Map(2, 3, 7, 5, 3, true),
                        new Map(1, 8, 16, 12, 17, false));
        };
    }

    /** Few different numbers, so that windows have equal maxima. */
    private static F64 coarse(F64 x) {
        return x.map(v -> Math.rint(2 * v) / 2);
    }

    private static F64 pooled(Map m, F64 x) {
        Shape s = m.pooled();
        return F64.of(m.batch, (int) s.rows(), m.channels, (b, w, c) -> {
            double max = Double.NEGATIVE_INFINITY;
            for (int place = 0; place < m.places(); place++) {
                max = Math.max(max, x.at(b, m.position(w, place), c));
            }
            return max;
        });
    }

    private static boolean holds(double v, double max) {
        return v == max || Double.isNaN(v);
    }

    private static OpCase maxPool(Map m) {
        var c = new OpCase.Builder("maxPool " + m);
        Operand x = c.given("x", coarse(c.normal(m.shape())));
        Operand y = c.target("y", m.pooled(), false);
        c.expect(y, pooled(m, x.value()));
        return c.build(new MaxPool(x.buffer(), y.buffer(), m.height, m.width));
    }

    private static OpCase gradient(Map m) {
        var c = new OpCase.Builder("maxPoolGradient " + m);
        Operand x = c.given("x", coarse(c.normal(m.shape())));
        Operand y = c.given("y", pooled(m, x.value()));
        Operand dy = c.given("dy", m.pooled());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        F64 exact = x.value().map(v -> 0);
        for (int b = 0; b < m.batch; b++) {
            for (int w = 0; w < m.pooled().rows(); w++) {
                for (int channel = 0; channel < m.channels; channel++) {
                    int place = 0;
                    double max = y.value().at(b, w, channel);
                    while (place < m.places() && !holds(x.value().at(b, m.position(w, place), channel), max)) {
                        place++;
                    }
                    if (place == m.places()) { // a y that is not x's
                        continue;
                    }
                    int at = (int) (b * m.shape().rows() + m.position(w, place)) * m.channels + channel;
                    exact.values()[at] = dy.value().at(b, w, channel);
                }
            }
        }
        c.expect(dx, exact);
        return c.build(new MaxPool.Gradient(
                x.buffer(), y.buffer(), dy.buffer(), dx.buffer(), m.height, m.width, m.accumulate()));
    }
}
