package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.element.PlusIdentity;
import farsight.op.norm.TransposeOverNorm;
import farsight.op.sum.RunMeans;
import farsight.program.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Cases of landmarks, and of the steps of an inverse by iteration. */
final class LandmarkCases {

    private static final float ALPHA = -0.37f;
    private static final float BETA = 1.7f;

    /** Rows at most of a square matrix. */
    private static final long MOST = 131;

    private LandmarkCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return sizes.maps().stream().flatMap(LandmarkCases::of);
    }

    static Stream<OpCase> of(Sizes.Map m) {
        int rows = (int) m.shape().rows();
        // One run, one a position, and runs of two lengths.
        Stream<OpCase> means = IntStream.of(1, rows, 1 + (rows - 1) * 2 / 5)
                .distinct()
                .boxed()
                .flatMap(runs -> Stream.of(runMeans(m, runs), runMeansGradient(m, runs)));
        return Stream.concat(means, Stream.of(transposeOverNorm(m), transposeOverNormGradient(m), plusIdentity(m)));
    }

    private static Shape square(Sizes.Map m) {
        long size = Math.min(MOST, m.shape().cols());
        return new Shape(m.shape().batch(), size, size);
    }

    /** The run of every position, by counting out their lengths. */
    private static int[] runs(int rows, int runs) {
        int longer = rows % runs;
        return IntStream.range(0, runs)
                .flatMap(k -> IntStream.generate(() -> k).limit(rows / runs + (k >= runs - longer ? 1 : 0)))
                .toArray();
    }

    private static long length(int[] runOf, int run) {
        return Arrays.stream(runOf).filter(k -> k == run).count();
    }

    /** Sums over each run. */
    private static F64 sums(F64 x, int[] runOf, int runs) {
        F64 y = F64.of(x.batch(), runs, x.cols(), (b, k, j) -> 0);
        for (int b = 0; b < x.batch(); b++) {
            for (int i = 0; i < x.rows(); i++) {
                for (int j = 0; j < x.cols(); j++) {
                    y.values()[(b * runs + runOf[i]) * x.cols() + j] += x.at(b, i, j);
                }
            }
        }
        return y;
    }

    private static F64 shares(int[] runOf, int runs) {
        return F64.of(1, runs, 1, (b, k, j) -> 1.0 / length(runOf, k));
    }

    private static OpCase runMeans(Sizes.Map m, int runs) {
        var c = new OpCase.Builder("runMeans " + m + " of " + runs);
        Operand x = c.given("x", m.shape());
        Operand y = c.target("y", new Shape(m.shape().batch(), runs, m.shape().cols()), false);
        int[] runOf = runs((int) m.shape().rows(), runs);
        F64 terms = sums(x.value().times(x.value()), runOf, runs).map(Math::sqrt);
        F64 shares = shares(runOf, runs);
        c.expect(y, sums(x.value(), runOf, runs).times(shares), terms.times(shares));
        return c.build(new RunMeans(x.buffer(), y.buffer()));
    }

    private static OpCase runMeansGradient(Sizes.Map m, int runs) {
        var c = new OpCase.Builder("runMeansGradient " + m + " of " + runs);
        Operand dy = c.given("dy", new Shape(m.shape().batch(), runs, m.shape().cols()));
        Operand dx = c.target("dx", m.shape(), m.accumulate());
        int[] runOf = runs((int) m.shape().rows(), runs);
        F64 shared = dy.value().times(shares(runOf, runs));
        c.expect(dx, F64.of(shared.batch(), runOf.length, shared.cols(), (b, i, j) -> shared.at(b, runOf[i], j)));
        return c.build(new RunMeans.Gradient(dy.buffer(), dx.buffer(), m.accumulate()));
    }

    private static double largest(F64 sums, int b) {
        return IntStream.range(0, sums.cols())
                .mapToDouble(j -> sums.at(b, 0, j))
                .reduce(Math::max)
                .orElseThrow();
    }

    private static OpCase transposeOverNorm(Sizes.Map m) {
        var c = new OpCase.Builder("transposeOverNorm " + m);
        Operand a = c.given("a", c.normal(square(m)).map(Math::abs));
        Operand sums = c.given("sums", a.value().sumOfColumns());
        Operand z = c.target("z", square(m), false);
        F64 norms = F64.of(a.value().batch(), 1, 1, (b, i, j) -> largest(sums.value(), b));
        c.expect(z, a.value().transposed().over(norms));
        return c.build(new TransposeOverNorm(a.buffer(), sums.buffer(), z.buffer()));
    }

    private static OpCase transposeOverNormGradient(Sizes.Map m) {
        var c = new OpCase.Builder("transposeOverNormGradient " + m);
        F64 sizes = c.normal(new Shape(m.shape().batch(), 1, square(m).cols())).map(Math::abs);
        // The largest twice, where there is room: the gradient goes to the first.
        int last = sizes.cols() - 1;
        Operand sums = c.given(
                "sums",
                F64.of(
                        sizes.batch(),
                        1,
                        sizes.cols(),
                        (b, i, j) -> j == last || j == last / 2 ? largest(sizes, b) : sizes.at(b, i, j)));
        Operand dots = c.given("dots", new Shape(m.shape().batch(), square(m).rows(), 1));
        Operand dz = c.given("dz", square(m));
        Operand da = c.target("da", square(m), m.accumulate());
        F64 totals = dots.value().sumOfColumns();
        F64 exact = F64.of(sizes.batch(), last + 1, last + 1, (b, i, j) -> {
            double norm = largest(sums.value(), b);
            int first = 0;
            while (first < last && sums.value().at(b, 0, first) != norm) {
                first++;
            }
            return (dz.value().at(b, j, i) - (j == first ? totals.at(b, 0, 0) : 0)) / norm;
        });
        c.expect(da, exact);
        return c.build(
                new TransposeOverNorm.Gradient(sums.buffer(), dots.buffer(), dz.buffer(), da.buffer(), m.accumulate()));
    }

    private static OpCase plusIdentity(Sizes.Map m) {
        var c = new OpCase.Builder("plusIdentity " + m);
        Operand x = c.given("x", square(m));
        Operand y = c.target("y", square(m), m.accumulate());
        F64 v = x.value();
        c.expect(y, F64.of(v.batch(), v.rows(), v.cols(), (b, i, j) -> ALPHA * v.at(b, i, j) + (i == j ? BETA : 0)));
        return c.build(new PlusIdentity(x.buffer(), y.buffer(), ALPHA, BETA, m.accumulate()));
    }
}
