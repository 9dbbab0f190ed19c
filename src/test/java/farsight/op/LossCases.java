package farsight.op;

import farsight.op.OpCase.Operand;
import farsight.op.loss.CrossEntropy;
import farsight.op.loss.SquaredError;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Cases of losses: with and without weights, and a label ignored that is no class, or one, or none. */
final class LossCases {

    private static final int NO_CLASS = -100;

    private LossCases() {}

    static Stream<OpCase> all(Sizes sizes) {
        return sizes.maps().stream().flatMap(LossCases::of);
    }

    static Stream<OpCase> of(Sizes.Map m) {
        int classes = (int) m.shape().cols();
        return Stream.of(
                        Stream.of(
                                crossEntropy(m, true, OptionalInt.of(NO_CLASS)),
                                crossEntropy(m, false, OptionalInt.empty()),
                                gradient(m, true, OptionalInt.of(NO_CLASS)),
                                gradient(m, false, OptionalInt.empty()),
                                squaredError(m),
                                squaredErrorGradient(m)),
                        // Of a single class, nothing would count.
                        classes == 1
                                ? Stream.<OpCase>of()
                                : Stream.of(
                                        crossEntropy(m, false, OptionalInt.of(classes - 1)),
                                        gradient(m, false, OptionalInt.of(classes - 1))))
                .flatMap(cases -> cases);
    }

    /** Logits, some of them equal, with labels and weights, and the equation's values. */
    private static final class Problem {
        private final OpCase.Builder c;
        private final Operand logits;
        private final Operand labels;
        private final @Nullable Operand weights;
        private final OptionalInt ignored;
        private final F64 softmax;

        Problem(String name, Sizes.Map m, boolean weighted, OptionalInt ignored) {
            c = new OpCase.Builder(name + " " + m + (weighted ? " weighted" : "") + " ignoring " + ignored);
            Shape s = m.shape();
            F64 z = c.normal(s);
            logits = c.given(
                    "logits",
                    F64.of(z.batch(), z.rows(), z.cols(), (b, i, j) -> z.at(b, i, i % 3 == 1 ? j / 2 * 2 : j)));
            labels = c.given("labels", F64.of(z.batch(), z.rows(), 1, (b, i, zero) -> label(b, i, z, ignored)));
            weights = weighted
                    ? c.given("weights", c.normal(Shape.vector(s.cols())).map(Math::abs))
                    : null;
            this.ignored = ignored;
            softmax = logits.value().softmaxOfRows();
        }

        /** In turn the largest logit, any class, and the ignored label; the first one counts. */
        private static double label(int b, int i, F64 z, OptionalInt ignored) {
            int some = (3 * b + 7 * i) % z.cols();
            if (i % 4 == 3 && ignored.isPresent()) {
                return ignored.getAsInt();
            }
            return i % 2 == 0 ? some / 2 * 2 : some;
        }

        int label(int b, int i) {
            return (int) labels.value().at(b, i, 0);
        }

        /** The label as a class, which it is unless it is poisoned. */
        int target(int b, int i) {
            return Math.clamp(label(b, i), 0, logits.value().cols() - 1);
        }

        boolean counts(int b, int i) {
            return label(b, i) != ignored.orElse(Integer.MIN_VALUE);
        }

        double weight(int b, int i) {
            return weights == null ? 1 : weights.value().at(0, 0, target(b, i));
        }

        @Nullable
        Buffer weightsBuffer() {
            return weights == null ? null : weights.buffer();
        }

        /** −log softmax(z)_y, which is exact where the softmax underflows. */
        double surprise(int b, int i) {
            F64 z = logits.value();
            double max = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < z.cols(); j++) {
                max = Math.max(max, z.at(b, i, j));
            }
            double sum = 0;
            for (int j = 0; j < z.cols(); j++) {
                sum += Math.exp(z.at(b, i, j) - max);
            }
            return Math.log(sum) + max - z.at(b, i, target(b, i));
        }

        boolean correct(int b, int i) {
            F64 z = logits.value();
            int best = 0;
            for (int j = 1; j < z.cols(); j++) {
                best = z.at(b, i, j) > z.at(b, i, best) ? j : best;
            }
            return best == target(b, i);
        }

        /** [B, N, 4], rows that do not count 0. */
        F64 terms() {
            F64 z = logits.value();
            return F64.of(z.batch(), z.rows(), CrossEntropy.TOTALS, (b, i, k) -> {
                if (!counts(b, i)) {
                    return 0;
                }
                return switch (k) {
                    case 0 -> weight(b, i) * surprise(b, i);
                    case 1 -> weight(b, i);
                    case 2 -> 1;
                    default -> correct(b, i) ? 1 : 0;
                };
            });
        }
    }

    private static OpCase crossEntropy(Sizes.Map m, boolean weighted, OptionalInt ignored) {
        Problem p = new Problem("crossEntropy", m, weighted, ignored);
        Operand loss = p.c.target("loss", Shape.vector(1), false);
        Operand totals = p.c.target("totals", Shape.vector(CrossEntropy.TOTALS), false);
        F64 sums = p.terms().stacked().sumOfColumns();
        p.c.expect(totals, sums);
        p.c.expect(loss, F64.of(1, 1, 1, (b, i, j) -> sums.at(0, 0, 0) / sums.at(0, 0, 1)));
        CrossEntropy.record(
                p.c.program(),
                p.logits.buffer(),
                p.labels.buffer(),
                p.weightsBuffer(),
                ignored,
                loss.buffer(),
                totals.buffer());
        return p.c.build();
    }

    private static OpCase gradient(Sizes.Map m, boolean weighted, OptionalInt ignored) {
        Problem p = new Problem("crossEntropyGradient", m, weighted, ignored);
        Operand totals = p.c.given(
                "totals", p.c.normal(Shape.vector(CrossEntropy.TOTALS)).map(Math::abs));
        Operand dLoss = p.c.given("dLoss", Shape.vector(1));
        Operand dLogits = p.c.target("dLogits", m.shape(), m.accumulate());
        double each = dLoss.value().at(0, 0, 0) / totals.value().at(0, 0, 1);
        F64 s = p.softmax;
        p.c.expect(
                dLogits,
                F64.of(
                        s.batch(),
                        s.rows(),
                        s.cols(),
                        (b, i, j) -> p.counts(b, i)
                                ? p.weight(b, i) * each * (s.at(b, i, j) - (j == p.target(b, i) ? 1 : 0))
                                : 0));
        return p.c.build(new CrossEntropy.Gradient(
                p.logits.buffer(),
                p.labels.buffer(),
                p.weightsBuffer(),
                ignored,
                totals.buffer(),
                dLoss.buffer(),
                dLogits.buffer(),
                m.accumulate()));
    }

    private static OpCase squaredError(Sizes.Map m) {
        var c = new OpCase.Builder("squaredError " + m);
        Operand y = c.given("y", m.shape());
        Operand target = c.given("target", m.shape());
        Operand loss = c.target("loss", Shape.vector(1), false);
        F64 difference = y.value().minus(target.value());
        double sum = difference.norm() * difference.norm();
        c.expect(loss, F64.of(1, 1, 1, (b, i, j) -> sum / m.shape().elements()));
        SquaredError.record(c.program(), y.buffer(), target.buffer(), loss.buffer());
        return c.build();
    }

    private static OpCase squaredErrorGradient(Sizes.Map m) {
        var c = new OpCase.Builder("squaredErrorGradient " + m);
        Operand y = c.given("y", m.shape());
        Operand target = c.given("target", m.shape());
        Operand dLoss = c.given("dLoss", Shape.vector(1));
        Operand dy = c.target("dy", m.shape(), m.accumulate());
        double each = 2 * dLoss.value().at(0, 0, 0) / m.shape().elements();
        c.expect(dy, y.value().minus(target.value()).scaled(each));
        return c.build(
                new SquaredError.Gradient(y.buffer(), target.buffer(), dLoss.buffer(), dy.buffer(), m.accumulate()));
    }
}
