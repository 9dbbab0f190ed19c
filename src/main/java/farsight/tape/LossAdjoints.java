package farsight.tape;

import farsight.op.Target;
import farsight.op.loss.CrossEntropy;
import farsight.op.loss.SquaredError;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Losses, with their adjoints. {@link Tape} documents each. */
record LossAdjoints(Recording r) {

    Scored crossEntropy(Buffer logits, Buffer labels, @Nullable Buffer weights, OptionalInt ignored) {
        Buffer loss = r.intermediate("loss", Shape.vector(1));
        Buffer totals = r.intermediate("totals", Shape.vector(CrossEntropy.TOTALS));
        CrossEntropy.record(r.program(), logits, labels, weights, ignored, loss, totals);
        r.adjoint(logits, loss, dLoss -> {
            Target d = r.gradients().target(logits);
            r.program()
                    .add(new CrossEntropy.Gradient(
                            logits, labels, weights, ignored, totals, dLoss, d.buffer(), d.accumulate()));
        });
        return new Scored(loss, totals);
    }

    Buffer squaredError(Buffer y, Buffer target) {
        Buffer loss = r.intermediate("loss", Shape.vector(1));
        SquaredError.record(r.program(), y, target, loss);
        r.adjoint(y, loss, dLoss -> {
            Target dy = r.gradients().target(y);
            r.program().add(new SquaredError.Gradient(y, target, dLoss, dy.buffer(), dy.accumulate()));
        });
        return loss;
    }
}
