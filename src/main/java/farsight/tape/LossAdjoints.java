package farsight.tape;

import farsight.op.Target;
import farsight.op.loss.CrossEntropy;
import farsight.op.loss.SquaredError;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Losses, with their adjoints: {@link Tape#losses}. */
public final class LossAdjoints {

    private final Recording r;

    LossAdjoints(Recording r) {
        this.r = r;
    }

    /**
     * Σ w_y·(−log softmax(z)_y) / Σ w_y over the positions of the whole batch whose label y is not ignored; without
     * weights their mean. The gradient of an ignored position is exactly 0. If all are ignored, the loss is NaN, as in
     * PyTorch.
     *
     * @param logits z, [B, N, K]
     * @param labels y, whole numbers 0 … K − 1 or the ignored one, [B, N, 1]
     * @param classWeights w, [1, 1, K], or null for 1
     * @param ignored any label, also that of a class, which is then not learned
     */
    public Scored crossEntropy(Buffer logits, Buffer labels, @Nullable Buffer classWeights, OptionalInt ignored) {
        Buffer loss = r.intermediate("loss", Shape.vector(1));
        Buffer totals = r.intermediate("totals", Shape.vector(CrossEntropy.TOTALS));
        CrossEntropy.record(r.program(), logits, labels, classWeights, ignored, loss, totals);
        r.adjoint(logits, loss, dLoss -> {
            Target d = r.gradients().target(logits);
            r.program()
                    .add(new CrossEntropy.Gradient(
                            logits, labels, classWeights, ignored, totals, dLoss, d.buffer(), d.accumulate()));
        });
        return new Scored(loss, totals);
    }

    /** The mean of (y − t)² over all elements, [1, 1, 1]; the target t, like y, gets no gradient. */
    public Buffer squaredError(Buffer y, Buffer target) {
        Buffer loss = r.intermediate("loss", Shape.vector(1));
        SquaredError.record(r.program(), y, target, loss);
        r.adjoint(y, loss, dLoss -> {
            Target dy = r.gradients().target(y);
            r.program().add(new SquaredError.Gradient(y, target, dLoss, dy.buffer(), dy.accumulate()));
        });
        return loss;
    }
}
