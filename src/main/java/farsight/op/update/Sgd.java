package farsight.op.update;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.UpdateKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.vector.training.UpdateVector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of PyTorch's SGD, in place: d = g + λ·w; without a momentum w ← w − lr·d; else v ← μ·v + d, and w ← w − lr·v
 * or, by Nesterov, w ← w − lr·(d + μ·v). A velocity of 0 becomes d in the first step, not (1 − μ)·d.
 *
 * @param w any shape
 * @param g like w
 * @param velocity v, like w, 0 before the first step; null without a momentum
 * @param hyper lr first ({@link Rule#hyper})
 * @param clip what {@link GradientNorm} found, or null to take g as it is
 */
public record Sgd(
        Buffer w,
        Buffer g,
        @Nullable Buffer velocity,
        Buffer hyper,
        @Nullable Buffer clip,
        Rule rule) implements Op {

    private static final Kernel PLAIN = Kernel.of(UpdateKernels::sgd).vector(UpdateVector.class);
    private static final Kernel MOMENTUM = Kernel.of(UpdateKernels::sgdMomentum).vector(UpdateVector.class);

    /**
     * What is the same in every step.
     *
     * @param momentum μ; 0 for none
     * @param decay λ, the weight decay
     * @param nesterov whether to look ahead; only with a momentum
     */
    public record Rule(double momentum, double decay, boolean nesterov) implements UpdateRule {

        /**
         * Checks the options.
         *
         * @throws IllegalArgumentException for Nesterov without a momentum
         */
        public Rule {
            if (nesterov && momentum == 0) {
                throw new IllegalArgumentException("nesterov needs a momentum above 0");
            }
        }

        @Override
        public int hypers() {
            return 1;
        }

        /** What changes from step to step: lr. */
        @Override
        public float[] hyper(double rate, long step) {
            return new float[] {(float) rate};
        }
    }

    /**
     * Checks the operands.
     *
     * @throws IllegalArgumentException if there is a velocity without a momentum, or the reverse
     */
    public Sgd {
        if ((velocity != null) != (rule.momentum() != 0)) {
            throw new IllegalArgumentException("a velocity belongs to a momentum other than 0: " + rule);
        }
    }

    @Override
    public List<Call> calls() {
        Buffer norms = clip != null ? clip : hyper;
        if (velocity == null) {
            return List.of(PLAIN.call(
                    into(w, true), in(g), in(hyper), in(norms), size(w.elements()), flag(clip != null), (float)
                            rule.decay()));
        }
        return List.of(MOMENTUM.call(
                into(w, true),
                in(g),
                into(velocity, true),
                in(hyper),
                in(norms),
                size(w.elements()),
                flag(clip != null),
                (float) rule.decay(),
                (float) rule.momentum(),
                flag(rule.nesterov())));
    }

    @Override
    public long flops() {
        return (velocity == null ? 4 : 8) * w.elements();
    }
}
