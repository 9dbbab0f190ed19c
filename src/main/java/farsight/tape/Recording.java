package farsight.tape;

import farsight.op.Op;
import farsight.op.Target;
import farsight.op.element.Fill;
import farsight.op.layout.CopyColumns;
import farsight.op.product.MatMul;
import farsight.op.product.MatMulLeftTransposed;
import farsight.op.sum.ColumnSum;
import farsight.op.sum.RowDot;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of a recording: its steps, its gradients and its adjoints.
 *
 * @param adjoints of the operations, latest first
 * @param purpose the use of the forward pass
 * @param repeats how results are computed once more that are not kept for the backward pass
 */
record Recording(
        Program.Builder program,
        GradientBuffers gradients,
        Deque<Runnable> adjoints,
        Purpose purpose,
        Names names,
        Map<Buffer, Repeat> repeats) {

    /** Steps that computing one result once more may take. Deeper results are kept, and others start from them. */
    private static final int MOST_PASSES = 4;

    /** Numbers for the names of intermediate buffers. */
    static final class Names {
        private int next;

        int next() {
            return next++;
        }
    }

    static Recording into(Program.Builder program, Purpose purpose) {
        return new Recording(
                program, new GradientBuffers(program), new ArrayDeque<>(), purpose, new Names(), new HashMap<>());
    }

    /** Whether the recording keeps adjoints. */
    boolean differentiable() {
        return purpose == Purpose.BACKWARD;
    }

    /**
     * How a result is computed once more.
     *
     * @param passes steps that this takes
     * @param result records them
     */
    record Repeat(int passes, Supplier<Buffer> result) {}

    /**
     * Declares that y can be computed once more by a step that does little but read and write memory. Where that and
     * the steps before it are few, the backward pass need not keep y.
     *
     * @param from results that the step reads, some of them perhaps not kept either. Nothing but this step needs the
     *     last; if that cannot be computed once more, y is kept in its place
     * @param into the operation, by the buffer of its result
     */
    void repeatable(Buffer y, List<Buffer> from, Function<Buffer, Op> into) {
        boolean gained = from.isEmpty() || repeats.containsKey(from.getLast());
        int passes = 1 + from.stream().mapToInt(this::passes).sum();
        if (differentiable() && gained && passes <= MOST_PASSES) {
            repeats.put(y, new Repeat(passes, () -> {
                Buffer again = program.buffer(y.name() + ".again", y.shape(), Role.INTERMEDIATE);
                program.add(into.apply(again));
                return again;
            }));
        }
    }

    private int passes(Buffer b) {
        Repeat repeat = repeats.get(b);
        return repeat == null ? 0 : repeat.passes();
    }

    /** In an adjoint: y, or where it is {@link #repeatable} the same numbers in a buffer that lives from now on. */
    Buffer again(Buffer y) {
        Repeat repeat = repeats.get(y);
        if (repeat == null) {
            return y;
        }
        Buffer again = repeat.result().get();
        repeats.put(y, new Repeat(0, () -> again));
        return again;
    }

    /** In an adjoint: y once more if another adjoint has asked for it; else y. */
    Buffer latest(Buffer y) {
        Repeat repeat = repeats.get(y);
        return repeat != null && repeat.passes() == 0 ? repeat.result().get() : y;
    }

    /** dB (+)= α·Aᵀ·C, the gradient of the right operand; summed over the batch too if B has none. */
    void productOverPositions(Buffer a, Buffer c, Buffer b, float alpha) {
        Target db = gradients.target(b);
        MatMulLeftTransposed.record(program, a, c, db.buffer(), alpha, db.accumulate());
    }

    /** The adjoint of y = x·Wᵀ + b; b is null if there is no bias or if shifts of y do not matter. */
    void projected(Buffer dy, Buffer x, Buffer w, @Nullable Buffer bias) {
        if (!gradients.detached(x)) {
            Target dx = gradients.target(x);
            program.add(new MatMul(dy, w, dx.buffer(), false, 1f, dx.accumulate()));
        }
        productOverPositions(dy, again(x), w, 1f);
        if (bias != null) {
            Target db = gradients.target(bias);
            ColumnSum.record(program, dy, null, db.buffer(), 1f, db.accumulate());
        }
    }

    /** The gradient of b is 0, but not for want of a path: an optimizer's weight decay still applies to b. */
    void vanishes(Buffer b) {
        Target d = gradients.target(b);
        if (!d.accumulate()) {
            program.add(new Fill(d.buffer(), 0f));
        }
    }

    /** D_i = y_i·dy_i for every row i. */
    Buffer rowDot(Buffer y, Buffer dy) {
        Buffer delta = like(dy, 1, "delta");
        program.add(new RowDot(y, dy, delta));
        return delta;
    }

    /** The parts concatenated over channels; without an adjoint. */
    Buffer beside(List<Buffer> parts, String name) {
        long cols = parts.stream().mapToLong(p -> p.shape().cols()).sum();
        Buffer y = like(parts.getFirst(), cols, name);
        long offset = 0;
        for (Buffer part : parts) {
            program.add(new CopyColumns(part, 0, y, offset, part.shape().cols(), false));
            offset += part.shape().cols();
        }
        return y;
    }

    Buffer columnDot(Buffer y, Buffer dy) {
        Buffer delta = intermediate("delta", perChannel(y));
        ColumnSum.record(program, y, dy, delta, 1f, false);
        return delta;
    }

    /**
     * Checks that an operation without an adjoint is allowed here.
     *
     * @throws IllegalStateException if more than the result is needed
     */
    void withoutAdjoint() {
        if (!purpose.nothingElse()) {
            throw new IllegalStateException("this operation has no adjoint, but its tape is for " + purpose);
        }
    }

    /** Records operations without their adjoints. Their result gets no gradient. */
    Buffer detached(Supplier<Buffer> forward) {
        int before = adjoints.size();
        Buffer result = forward.get();
        while (adjoints.size() > before) {
            adjoints.pop();
        }
        gradients.detach(result);
        return result;
    }

    void adjoint(Buffer y, Consumer<Buffer> rule) {
        adjoint(() -> {
            Buffer dy = gradients.of(y);
            if (dy != null) {
                rule.accept(dy);
            }
        });
    }

    /** The adjoint of y, computed from x alone: none if no gradient of x is needed, and then none of y either. */
    void adjoint(Buffer x, Buffer y, Consumer<Buffer> rule) {
        if (gradients.detached(x)) {
            gradients.detach(y);
        } else {
            adjoint(y, rule);
        }
    }

    void adjoint(Runnable rule) {
        if (differentiable()) {
            adjoints.push(rule);
        }
    }

    static Shape perChannel(Buffer x) {
        return new Shape(x.shape().batch(), 1, x.shape().cols());
    }

    Buffer like(Buffer x, String name) {
        return like(x, x.shape().cols(), name);
    }

    Buffer like(Buffer x, long cols, String name) {
        return intermediate(name, new Shape(x.shape().batch(), x.shape().rows(), cols));
    }

    Buffer intermediate(String name, Shape shape) {
        return program.buffer(name + "." + names.next(), shape, Role.INTERMEDIATE);
    }
}
