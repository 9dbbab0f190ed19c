package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.image.Convolution;
import farsight.op.image.ConvolutionWeightGradient;
import farsight.op.image.Window;
import farsight.op.image.WindowAxis;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Cases of convolution: windows of one to many taps, even and odd, on maps and on lines, with strides, padding and
 * dilation; all channels together, in groups, and each by itself; maps smaller than the window.
 */
final class ConvolutionCases {

    /** Extents of one convolution. */
    private record Extents(int batch, Window window, int channels, int out, int groups, boolean accumulate) {

        Shape input() {
            return new Shape(batch, window.in(), channels);
        }

        Shape weight() {
            return new Shape(out, channels / groups, window.taps());
        }

        Shape result() {
            return new Shape(batch, window.out(), out);
        }

        @Override
        public String toString() {
            return "%d×[%s, %s] %d→%d in %d%s"
                    .formatted(
                            batch,
                            text(window.rows()),
                            text(window.cols()),
                            channels,
                            out,
                            groups,
                            accumulate ? " accumulate" : "");
        }

        private static String text(WindowAxis a) {
            return "%d/%d·%d s%d p%d".formatted(a.in(), a.kernel(), a.dilation(), a.stride(), a.padding());
        }
    }

    private ConvolutionCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return extents(sizes).stream().flatMap(ConvolutionCases::of);
    }

    private static Stream<OpCase> of(Extents e) {
        return Stream.of(forward(e, false), forward(e, true), inputGradient(e), weightGradient(e));
    }

    private static Extents square(int batch, int height, int width, int kernel, int stride, int padding, int... rest) {
        return of(batch, Window.square(height, width, kernel, stride, padding), rest);
    }

    private static Extents line(int batch, int width, int kernel, int stride, int padding, int... rest) {
        return of(batch, Window.line(width, kernel, stride, padding), rest);
    }

    private static Extents of(int batch, Window window, int... rest) {
        return new Extents(batch, window, rest[0], rest[1], rest[2], (rest[0] + rest[1] + batch) % 2 == 0);
    }

    private static List<Extents> extents(Sizes sizes) {
        List<Extents> all = new ArrayList<>(List.of(
                square(3, 5, 7, 3, 2, 1, 3, 5, 1),
                square(2, 6, 5, 3, 1, 1, 6, 4, 2),
                of(2, new Window(new WindowAxis(7, 2, 1, 2, 2), new WindowAxis(5, 3, 2, 1, 1)), 3, 3, 3)));
        if (sizes == Sizes.ODD) {
            return all;
        }
        all.addAll(List.of(
                square(1, 1, 1, 1, 1, 0, 1, 1, 1),
                line(2, 37, 5, 3, 2, 7, 9, 1),
                square(1, 11, 9, 3, 1, 1, 17, 17, 17),
                square(2, 9, 8, 3, 2, 1, 33, 20, 1)));
        if (sizes == Sizes.DEVICE) {
            return all;
        }
        all.addAll(List.of(
                square(1, 2, 1, 3, 1, 1, 2, 3, 1),
                square(1, 1, 1, 7, 1, 3, 5, 1, 1),
                square(2, 4, 5, 2, 1, 2, 3, 4, 1),
                square(2, 4, 4, 4, 4, 0, 3, 6, 1),
                square(1, 7, 6, 2, 3, 0, 3, 2, 1),
                square(1, 8, 9, 1, 2, 0, 5, 7, 1),
                square(2, 5, 5, 1, 1, 1, 3, 7, 1),
                square(1, 9, 10, 1, 1, 0, 6, 9, 3),
                square(2, 13, 11, 5, 1, 0, 3, 2, 1),
                square(1, 13, 11, 5, 2, 4, 4, 6, 2),
                of(1, new Window(new WindowAxis(9, 3, 2, 3, 2), new WindowAxis(10, 3, 1, 2, 2)), 5, 3, 1),
                of(2, new Window(new WindowAxis(11, 3, 2, 2, 3), new WindowAxis(10, 2, 4, 0, 2)), 4, 4, 4),
                of(1, new Window(new WindowAxis(5, 1, 1, 0, 1), new WindowAxis(7, 4, 1, 3, 1)), 2, 5, 1),
                of(2, new Window(new WindowAxis(7, 5, 1, 2, 1), new WindowAxis(3, 1, 1, 0, 1)), 3, 3, 1),
                line(3, 1, 3, 1, 1, 2, 2, 1),
                line(1, 101, 2, 2, 1, 4, 3, 1),
                line(2, 64, 9, 1, 4, 6, 6, 6),
                square(2, 6, 7, 3, 2, 1, 6, 12, 6)));
        if (sizes == Sizes.MODERATE) {
            return all;
        }
        if (sizes == Sizes.HOST) {
            all.addAll(List.of(
                    square(2, 31, 29, 3, 1, 1, 19, 37, 1),
                    square(1, 37, 41, 7, 2, 3, 3, 16, 1),
                    square(3, 7, 7, 3, 1, 1, 64, 31, 1),
                    square(5, 3, 3, 3, 1, 1, 129, 40, 1),
                    square(1, 47, 43, 3, 1, 1, 8, 12, 4),
                    square(2, 33, 31, 3, 1, 1, 131, 37, 1),
                    square(3, 29, 5, 3, 1, 2, 32, 150, 1),
                    square(1, 61, 53, 3, 2, 1, 23, 23, 23),
                    line(1, 4_099, 7, 1, 3, 5, 11, 1),
                    line(2, 1_031, 3, 2, 1, 16, 8, 1),
                    line(1, 300, 257, 1, 128, 2, 3, 1)));
            return all;
        }
        all.addAll(List.of(
                square(1, 17, 16, 3, 1, 1, 16, 16, 1),
                square(2, 8, 8, 3, 1, 1, 65, 33, 1),
                square(3, 3, 4, 3, 1, 1, 32, 32, 1),
                square(2, 11, 5, 3, 1, 0, 66, 82, 2),
                square(1, 7, 70, 3, 1, 2, 131, 35, 1),
                square(1, 5, 301, 3, 1, 1, 33, 130, 1),
                of(2, new Window(new WindowAxis(9, 3, 1, 0, 1), new WindowAxis(8, 3, 1, 2, 1)), 48, 40, 1),
                of(1, new Window(new WindowAxis(2, 3, 1, 1, 1), new WindowAxis(9, 3, 1, 1, 1)), 32, 32, 1),
                square(2, 9, 16, 3, 2, 1, 32, 48, 1),
                square(1, 16, 17, 1, 2, 0, 64, 80, 1),
                square(1, 16, 15, 5, 1, 2, 3, 100, 1),
                square(1, 24, 20, 3, 1, 1, 64, 64, 2),
                square(1, 9, 9, 3, 1, 1, 300, 17, 1),
                square(2, 19, 17, 3, 1, 1, 40, 40, 40),
                square(1, 13, 31, 5, 2, 2, 16, 16, 16),
                of(1, new Window(new WindowAxis(21, 3, 1, 4, 4), new WindowAxis(19, 3, 1, 4, 4)), 48, 20, 1),
                of(1, new Window(new WindowAxis(16, 3, 3, 2, 2), new WindowAxis(23, 3, 2, 2, 2)), 18, 18, 18),
                line(1, 2_053, 3, 1, 1, 17, 31, 1),
                line(2, 515, 33, 3, 5, 18, 35, 1),
                line(1, 1_100, 1_025, 1, 7, 3, 2, 1)));
        return all;
    }

    /** The input under a tap of the window at an output; −1 if it is padding. */
    private static int under(WindowAxis axis, int output, int tap) {
        long at = (long) output * axis.stride() - axis.padding() + (long) tap * axis.dilation();
        return at < 0 || at >= axis.in() ? -1 : (int) at;
    }

    /** What one term of the sums multiplies, by the indices of input, weight and result. */
    @FunctionalInterface
    private interface Term {
        void take(int x, int w, int y);
    }

    /** Every product of an input and a weight that an output sums, straight from the definition. */
    private static void terms(Extents e, Term term) {
        WindowAxis rows = e.window.rows();
        WindowAxis cols = e.window.cols();
        int depth = e.channels / e.groups;
        for (int b = 0; b < e.batch; b++) {
            for (int i = 0; i < rows.out(); i++) {
                for (int j = 0; j < cols.out(); j++) {
                    for (int u = 0; u < rows.kernel(); u++) {
                        for (int v = 0; v < cols.kernel(); v++) {
                            int row = under(rows, i, u);
                            int col = under(cols, j, v);
                            if (row < 0 || col < 0) {
                                continue;
                            }
                            int x = (b * (int) rows.in() + row) * (int) cols.in() + col;
                            int y = (b * (int) rows.out() + i) * (int) cols.out() + j;
                            int tap = u * cols.kernel() + v;
                            for (int o = 0; o < e.out; o++) {
                                int group = o / (e.out / e.groups);
                                for (int c = 0; c < depth; c++) {
                                    term.take(
                                            x * e.channels + group * depth + c,
                                            (o * depth + c) * (int) e.window.taps() + tap,
                                            y * e.out + o);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static F64 zero(Shape s) {
        return F64.of((int) s.batch(), (int) s.rows(), (int) s.cols(), (b, i, j) -> 0);
    }

    private static OpCase forward(Extents e, boolean biased) {
        var c = new OpCase.Builder("convolution " + e + (biased ? " biased" : ""));
        Operand x = c.given("x", e.input());
        Operand w = c.given("w", e.weight());
        Operand bias = biased ? c.given("bias", Shape.vector(e.out)) : null;
        Operand y = c.target("y", e.result(), false);
        F64 exact = zero(e.result());
        terms(
                e,
                (at, weight, to) ->
                        exact.values()[to] += x.value().values()[at] * w.value().values()[weight]);
        c.expect(y, bias == null ? exact : exact.with(bias.value(), Double::sum));
        Buffer added = bias == null ? null : bias.buffer();
        Convolution.record(c.program(), x.buffer(), w.buffer(), added, y.buffer(), e.window, e.groups);
        return c.build();
    }

    private static OpCase inputGradient(Extents e) {
        var c = new OpCase.Builder("convolutionInputGradient " + e);
        Operand dy = c.given("dy", e.result());
        Operand w = c.given("w", e.weight());
        Operand dx = c.target("dx", e.input(), e.accumulate);
        F64 exact = zero(e.input());
        terms(
                e,
                (to, weight, at) -> exact.values()[to] +=
                        dy.value().values()[at] * w.value().values()[weight]);
        c.expect(dx, exact);
        Convolution.InputGradient.record(
                c.program(), dy.buffer(), w.buffer(), dx.buffer(), e.window, e.groups, e.accumulate);
        return c.build();
    }

    private static OpCase weightGradient(Extents e) {
        var c = new OpCase.Builder("convolutionWeightGradient " + e);
        Operand x = c.given("x", e.input());
        Operand dy = c.given("dy", e.result());
        Operand dw = c.target("dw", e.weight(), e.accumulate);
        F64 exact = zero(e.weight());
        terms(
                e,
                (at, to, result) -> exact.values()[to] +=
                        x.value().values()[at] * dy.value().values()[result]);
        c.expect(dw, exact);
        ConvolutionWeightGradient.record(
                c.program(), x.buffer(), dy.buffer(), dw.buffer(), e.window, e.groups, e.accumulate);
        return c.build();
    }
}
