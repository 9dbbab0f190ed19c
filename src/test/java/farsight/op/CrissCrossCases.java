package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.attention.CrissCrossProducts;
import farsight.op.attention.CrissCrossSums;
import farsight.program.Shape;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Cases of the sums over rows and columns of a grid: single positions, single rows and columns, and grids of any sides. */
final class CrissCrossCases {

    /** Positions of a grid, in channels. */
    private record Map(int batch, int height, int width, int channels, boolean accumulate) {
        Shape features() {
            return new Shape(batch, (long) height * width, channels);
        }

        Shape pairs() {
            return new Shape(batch, (long) height * width, height + width - 1);
        }

        /** The row in order, then the column without the position itself. */
        int[] neighbours(int p) {
            int i = p / width;
            int j = p % width;
            return IntStream.concat(
                            IntStream.range(0, width).map(s -> i * width + s),
                            IntStream.range(0, height).filter(t -> t != i).map(t -> t * width + j))
                    .toArray();
        }
    }

    private CrissCrossCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return maps(sizes).stream().flatMap(m -> Stream.of(products(m), sums(m), returns(m)));
    }

    private static List<Map> maps(Sizes sizes) {
        return switch (sizes) {
            case ODD -> List.of(new Map(3, 5, 7, 3, true));
            case DEVICE -> List.of(new Map(1, 1, 1, 1, false), new Map(3, 5, 7, 3, true));
            case VECTORS ->
                List.of(
                        new Map(1, 31, 33, 16, false),
                        new Map(2, 9, 17, 17, true),
                        new Map(1, 5, 64, 64, true),
                        new Map(1, 40, 3, 100, false),
                        // More terms than a stretch has, and more channels than a panel.
                        new Map(1, 2, 523, 9, true),
                        new Map(1, 525, 2, 9, false),
                        new Map(1, 7, 8, 137, true),
                        new Map(1, 7, 8, 521, false));
            case MODERATE, HOST ->
                List.of(
                        new Map(1, 1, 1, 1, false),
                        new Map(2, 1, 5, 3, true),
                        new Map(2, 7, 1, 5, false),
                        new Map(3, 5, 7, 3, true),
                        new Map(1, 2, 311, 4, false),
                        new Map(1, 13, 11, 67, true));
        };
    }

    private static F64 products(Map m, F64 q, F64 k) {
        return F64.of(m.batch, (int) m.pairs().rows(), (int) m.pairs().cols(), (b, p, s) -> {
            int n = m.neighbours(p)[s];
            double sum = 0;
            for (int c = 0; c < m.channels; c++) {
                sum += q.at(b, p, c) * k.at(b, n, c);
            }
            return sum;
        });
    }

    private static F64 sums(Map m, F64 a, F64 v) {
        F64 y = v.map(x -> 0);
        each(m, (b, p, s, n) -> add(m, y, b, p, a.at(b, p, s), v, n));
        return y;
    }

    private static F64 returns(Map m, F64 a, F64 u) {
        F64 v = u.map(x -> 0);
        each(m, (b, p, s, n) -> add(m, v, b, n, a.at(b, p, s), u, p));
        return v;
    }

    /** Adds weight·(row {@code from} of x) to row {@code to} of y. */
    private static void add(Map m, F64 y, int b, int to, double weight, F64 x, int from) {
        for (int c = 0; c < m.channels; c++) {
            y.values()[(b * y.rows() + to) * m.channels + c] += weight * x.at(b, from, c);
        }
    }

    private interface Pair {
        void visit(int b, int p, int s, int n);
    }

    private static void each(Map m, Pair visitor) {
        for (int b = 0; b < m.batch; b++) {
            for (int p = 0; p < m.height * m.width; p++) {
                int[] neighbours = m.neighbours(p);
                for (int s = 0; s < neighbours.length; s++) {
                    visitor.visit(b, p, s, neighbours[s]);
                }
            }
        }
    }

    private static F64 squared(F64 x) {
        return x.times(x);
    }

    private static OpCase products(Map m) {
        var c = new OpCase.Builder("crissCrossProducts " + m);
        Operand q = c.given("q", m.features());
        Operand k = c.given("k", m.features());
        Operand e = c.target("e", m.pairs(), m.accumulate);
        F64 terms = products(m, squared(q.value()), squared(k.value())).map(Math::sqrt);
        c.expect(e, products(m, q.value(), k.value()), terms);
        return c.build(new CrissCrossProducts(q.buffer(), k.buffer(), e.buffer(), m.height, m.width, m.accumulate));
    }

    private static OpCase sums(Map m) {
        var c = new OpCase.Builder("crissCrossSums " + m);
        Operand a = c.given("a", m.pairs());
        Operand v = c.given("v", m.features());
        Operand y = c.target("y", m.features(), m.accumulate);
        F64 terms = sums(m, squared(a.value()), squared(v.value())).map(Math::sqrt);
        c.expect(y, sums(m, a.value(), v.value()), terms);
        return c.build(new CrissCrossSums(a.buffer(), v.buffer(), y.buffer(), m.height, m.width, false, m.accumulate));
    }

    private static OpCase returns(Map m) {
        var c = new OpCase.Builder("crissCrossReturns " + m);
        Operand a = c.given("a", m.pairs());
        Operand u = c.given("u", m.features());
        Operand v = c.target("v", m.features(), m.accumulate);
        F64 terms = returns(m, squared(a.value()), squared(u.value())).map(Math::sqrt);
        c.expect(v, returns(m, a.value(), u.value()), terms);
        return c.build(new CrissCrossSums(a.buffer(), u.buffer(), v.buffer(), m.height, m.width, true, m.accumulate));
    }
}
