package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.image.AveragePool;
import farsight.op.image.MaxPool;
import farsight.op.image.Window;
import farsight.op.image.WindowAxis;
import farsight.program.Shape;
import java.util.List;
import java.util.stream.Stream;

/**
 * Cases of pooling over maps: even and odd sides, one row, one window and many, several maps, all kinds of windows, and
 * equal maxima.
 */
final class PoolCases {

    /** Features in which each sample is {@code maps} consecutive maps. */
    private record Map(int batch, int maps, Window window, int channels, boolean accumulate) {
        /** 2×2 windows side by side, 1×2 over maps of one row. */
        Map(int batch, int maps, int height, int width, int channels, boolean accumulate) {
            this(batch, maps, two(height, width), channels, accumulate);
        }

        Map(int batch, int height, int width, int channels, boolean accumulate) {
            this(batch, 1, height, width, channels, accumulate);
        }

        private static Window two(int height, int width) {
            return height == 1 ? Window.line(width, 2, 2, 0) : Window.square(height, width, 2, 2, 0);
        }

        Shape shape() {
            return new Shape(batch, maps * window.in(), channels);
        }

        Shape pooled() {
            return new Shape(batch, maps * window.out(), channels);
        }

        int places() {
            return (int) window.taps();
        }

        /** Index of a window's position number {@code place}, in reading order; −1 in the padding. */
        int position(int index, int place) {
            int cols = (int) window.cols().out();
            int rows = (int) window.rows().out();
            int i = at(window.rows(), index / cols % rows, place / window.cols().kernel());
            int j = at(window.cols(), index % cols, place % window.cols().kernel());
            int map = index / cols / rows;
            return i < 0 || j < 0
                    ? -1
                    : (int) ((map * window.rows().in() + i) * window.cols().in()) + j;
        }

        private static int at(WindowAxis a, int index, int tap) {
            int i = index * a.stride() - a.padding() + tap * a.dilation();
            return i < a.in() ? Math.max(i, -1) : -1;
        }
    }

    private PoolCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return Stream.concat(maps(sizes).stream(), overlapping(sizes))
                .flatMap(m -> Stream.concat(Stream.of(maxPool(m), gradient(m)), means(m)));
    }

    private static Stream<OpCase> means(Map m) {
        boolean dilated = m.window.rows().dilation() > 1 || m.window.cols().dilation() > 1;
        return dilated ? Stream.of() : Stream.of(averagePool(m), averageGradient(m));
    }

    /** Windows that overlap, leave gaps, reach into padding, are dilated, or differ by axis. */
    private static Stream<Map> overlapping(Sizes sizes) {
        List<Map> few = List.of(
                new Map(2, 1, Window.square(7, 5, 3, 2, 1), 3, true),
                new Map(1, 2, new Window(new WindowAxis(9, 2, 1, 1, 2), new WindowAxis(6, 3, 2, 1, 1)), 5, false));
        if (sizes == Sizes.ODD || sizes == Sizes.DEVICE) {
            return few.stream();
        }
        return Stream.concat(
                few.stream(),
                Stream.of(
                        new Map(1, 1, Window.square(1, 1, 1, 1, 0), 1, false),
                        new Map(1, 1, Window.square(1, 1, 3, 1, 1), 2, false),
                        new Map(2, 1, Window.square(5, 7, 5, 1, 2), 17, false),
                        new Map(1, 1, Window.square(64, 31, 3, 2, 1), 16, false),
                        new Map(1, 1, Window.square(113, 53, 3, 1, 1), 3, true),
                        new Map(3, 2, Window.square(11, 10, 3, 3, 0), 4, true),
                        new Map(2, 1, Window.square(11, 13, 2, 3, 1), 7, false),
                        new Map(2, 1, Window.square(13, 11, 1, 2, 0), 5, true),
                        new Map(1, 1, Window.line(1_031, 3, 2, 1), 19, true),
                        new Map(2, 3, Window.line(7, 7, 1, 3), 2, false),
                        new Map(
                                1,
                                1,
                                new Window(new WindowAxis(16, 3, 2, 2, 3), new WindowAxis(16, 3, 1, 1, 2)),
                                18,
                                true)));
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
                int p = m.position(w, place);
                max = p < 0 ? max : Math.max(max, x.at(b, p, c));
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
        return c.build(new MaxPool(x.buffer(), y.buffer(), m.window));
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
                    int p = firstMaximum(m, x.value(), b, w, channel, y.value().at(b, w, channel));
                    if (p >= 0) { // else a y that is not x's
                        int at = (int) (b * m.shape().rows() + p) * m.channels + channel;
                        exact.values()[at] += dy.value().at(b, w, channel);
                    }
                }
            }
        }
        c.expect(dx, exact);
        return c.build(
                new MaxPool.Gradient(x.buffer(), y.buffer(), dy.buffer(), dx.buffer(), m.window, m.accumulate()));
    }

    private static int firstMaximum(Map m, F64 x, int b, int window, int channel, double max) {
        for (int place = 0; place < m.places(); place++) {
            int p = m.position(window, place);
            if (p >= 0 && holds(x.at(b, p, channel), max)) {
                return p;
            }
        }
        return -1;
    }

    private static OpCase averagePool(Map m) {
        var c = new OpCase.Builder("averagePool " + m);
        Operand x = c.given("x", m.shape());
        Operand y = c.target("y", m.pooled(), false);
        c.expect(y, F64.of(m.batch, (int) m.pooled().rows(), m.channels, (b, w, channel) -> {
            double sum = 0;
            for (int place = 0; place < m.places(); place++) {
                int p = m.position(w, place);
                sum += p < 0 ? 0 : x.value().at(b, p, channel);
            }
            return sum / m.places();
        }));
        return c.build(new AveragePool(x.buffer(), y.buffer(), m.window));
    }

    private static OpCase averageGradient(Map m) {
        var c = new OpCase.Builder("averagePoolGradient " + m);
        Operand dy = c.given("dy", m.pooled());
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        F64 exact = F64.of(m.batch, (int) m.shape().rows(), m.channels, (b, i, j) -> 0);
        for (int b = 0; b < m.batch; b++) {
            for (int w = 0; w < m.pooled().rows(); w++) {
                for (int place = 0; place < m.places(); place++) {
                    int p = m.position(w, place);
                    for (int channel = 0; p >= 0 && channel < m.channels; channel++) {
                        int at = (int) (b * m.shape().rows() + p) * m.channels + channel;
                        exact.values()[at] += dy.value().at(b, w, channel) / m.places();
                    }
                }
            }
        }
        c.expect(dx, exact);
        return c.build(new AveragePool.Gradient(dy.buffer(), dx.buffer(), m.window, m.accumulate()));
    }
}
