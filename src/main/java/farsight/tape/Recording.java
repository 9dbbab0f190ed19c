package farsight.tape;

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
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of a recording: its steps, its gradients and its adjoints.
 *
 * @param adjoints of the operations, latest first
 * @param purpose the use of the forward pass
 */
record Recording(
        Program.Builder program, GradientBuffers gradients, Deque<Runnable> adjoints, Purpose purpose, Names names) {

    /** Numbers for the names of intermediate buffers. */
    static final class Names {
        private int next;

        int next() {
            return next++;
        }
    }

    static Recording into(Program.Builder program, Purpose purpose) {
        return new Recording(program, new GradientBuffers(program), new ArrayDeque<>(), purpose, new Names());
    }

    /** Whether the recording keeps adjoints. */
    boolean differentiable() {
        return purpose == Purpose.BACKWARD;
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
        productOverPositions(dy, x, w, 1f);
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
