package farsight.op.loss;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.LossKernels;
import farsight.kernel.group.LossGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.sum.ColumnSum;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.training.LossVector;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * L = Σ w_y·(−log softmax(z)_y) / Σ w_y over the rows of the whole batch whose label y is not ignored, and the totals
 * of the batch. Without weights w = 1. NaN if every label is ignored, as in PyTorch.
 *
 * @param logits z, [B, N, K]
 * @param labels y, whole numbers 0 … K − 1 or the ignored one, [B, N, 1]
 * @param weights w, one per class, [1, 1, K], or null
 * @param ignored the label that does not count, which may also be that of a class
 * @param loss L, [1, 1, 1]
 * @param totals Σ w_y·(−log softmax(z)_y), Σ w_y, the number of labels that count, and how many of them are the first
 *     largest logit, [1, 1, 4]; the numbers are exact up to 2²⁴ per chunk of rows
 * @param terms the same four of every row, [1, B·N, 4]
 * @param sum of the terms over the rows
 */
public record CrossEntropy(
        Buffer logits,
        Buffer labels,
        @Nullable Buffer weights,
        OptionalInt ignored,
        Buffer loss,
        Buffer totals,
        Buffer terms,
        ColumnSum sum)
        implements Op {

    /** Numbers in the totals. */
    public static final int TOTALS = LossKernels.TERMS;

    /** Floats hold every whole number up to this. */
    private static final int LARGEST_LABEL = 1 << 24;

    private static final Kernel TERMS = Kernel.of(LossKernels::crossEntropyTerms)
            .group(LossGroups::crossEntropyTerms)
            .vector(LossVector.class);
    private static final Kernel MEAN = Kernel.of(LossKernels::crossEntropyMean);
    private static final Kernel GRADIENT = Kernel.of(LossKernels::crossEntropyGradient)
            .group(LossGroups::crossEntropyGradient)
            .vector(LossVector.class);

    /**
     * Adds this operation and its workspace to the program.
     *
     * @throws IllegalArgumentException if shapes do not fit, or floats do not hold the ignored label
     */
    public static void record(
            Program.Builder program,
            Buffer logits,
            Buffer labels,
            @Nullable Buffer weights,
            OptionalInt ignored,
            Buffer loss,
            Buffer totals) {
        Shape z = logits.shape();
        if (!labels.shape().equals(new Shape(z.batch(), z.rows(), 1))
                || (weights != null && !weights.shape().equals(Shape.vector(z.cols())))) {
            throw new IllegalArgumentException("logits %s do not fit labels %s and weights %s"
                    .formatted(z, labels.shape(), weights == null ? "none" : weights.shape()));
        }
        if (Math.abs((long) ignored.orElse(0)) > LARGEST_LABEL) {
            throw new IllegalArgumentException("label " + ignored.getAsInt() + ": expected at most 2^24 in magnitude");
        }
        Shape each = Shape.matrix(z.batch() * z.rows(), TOTALS);
        Buffer terms = program.buffer(loss.name() + ".terms", each, Role.INTERMEDIATE);
        ColumnSum sum = ColumnSum.of(program, terms, null, totals, 1f, false);
        program.add(new CrossEntropy(logits, labels, weights, ignored, loss, totals, terms, sum));
    }

    @Override
    public List<Call> calls() {
        Shape z = logits.shape();
        long rows = z.batch() * z.rows();
        Call each = TERMS.call(
                        in(logits),
                        in(labels),
                        in(weightsOr(weights, logits)),
                        out(terms),
                        size(rows),
                        size(z.cols()),
                        flag(weights != null),
                        code(ignored))
                .by(new Launch.SharedRows(rows, z.cols()));
        Call mean = MEAN.call(in(totals), out(loss), 1).named("Mean");
        List<Call> sums = sum.calls();
        return Stream.of(
                        Stream.of(each, sums.getFirst().named("Chunks")),
                        sums.stream().skip(1),
                        Stream.of(mean))
                .flatMap(calls -> calls)
                .toList();
    }

    @Override
    public String name() {
        return "crossEntropy";
    }

    @Override
    public long flops() {
        return Math.multiplyExact(4, logits.elements());
    }

    /** Weights, or an array that the kernel takes in their place and does not read. */
    private static Buffer weightsOr(@Nullable Buffer weights, Buffer other) {
        return weights != null ? weights : other;
    }

    /** The ignored label, or a number that is none. */
    private static int code(OptionalInt ignored) {
        return ignored.orElse(Integer.MIN_VALUE);
    }

    /**
     * dz = dL·w_y/Σw·(softmax(z) − onehot(y)), exactly 0 in rows whose label is ignored; or dz += that.
     *
     * @param totals of the forward pass, [1, 1, 4]
     * @param dLoss dL, [1, 1, 1]
     * @param dLogits dz, like z
     */
    public record Gradient(
            Buffer logits,
            Buffer labels,
            @Nullable Buffer weights,
            OptionalInt ignored,
            Buffer totals,
            Buffer dLoss,
            Buffer dLogits,
            boolean accumulate)
            implements Op {

        @Override
        public List<Call> calls() {
            Shape z = logits.shape();
            long rows = z.batch() * z.rows();
            return List.of(GRADIENT.call(
                            in(logits),
                            in(labels),
                            in(weightsOr(weights, logits)),
                            in(totals),
                            in(dLoss),
                            into(dLogits, accumulate).over(logits),
                            size(rows),
                            size(z.cols()),
                            flag(weights != null),
                            code(ignored),
                            flag(accumulate))
                    .by(new Launch.SharedRows(rows, z.cols())));
        }

        @Override
        public long flops() {
            return Math.multiplyExact(6, logits.elements());
        }
    }
}
