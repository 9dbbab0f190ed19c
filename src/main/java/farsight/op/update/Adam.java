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
 * One step of PyTorch's Adam or AdamW, in place: m ← β₁·m + (1 − β₁)·d, v ← β₂·v + (1 − β₂)·d², w ← w − lr/(1 − β₁ᵗ)·m
 * / (√v/√(1 − β₂ᵗ) + ε). Adam's weight decay λ is coupled, d = g + λ·w; AdamW's is decoupled, d = g and first w ← w −
 * lr·λ·w.
 *
 * <p>Kingma, Ba: Adam, ICLR 2015. Loshchilov, Hutter: Decoupled Weight Decay Regularization, ICLR 2019.
 *
 * @param w any shape
 * @param g like w
 * @param m like w, 0 before the first step
 * @param v like w, 0 before the first step
 * @param hyper lr, 1/(1 − β₁ᵗ), 1/√(1 − β₂ᵗ) first ({@link Rule#hyper})
 * @param clip what {@link GradientNorm} found, or null to take g as it is
 */
public record Adam(
        Buffer w,
        Buffer g,
        Buffer m,
        Buffer v,
        Buffer hyper,
        @Nullable Buffer clip,
        Rule rule) implements Op {

    private static final Kernel STEP = Kernel.of(UpdateKernels::adam).vector(UpdateVector.class);

    /**
     * What is the same in every step.
     *
     * @param beta1 β₁
     * @param beta2 β₂
     * @param epsilon ε
     * @param decay λ, the weight decay
     * @param decoupled whether the decay is AdamW's
     */
    public record Rule(double beta1, double beta2, double epsilon, double decay, boolean decoupled)
            implements UpdateRule {

        @Override
        public int hypers() {
            return 3;
        }

        /**
         * What changes from step to step: lr, 1/(1 − β₁ᵗ), 1/√(1 − β₂ᵗ).
         *
         * @param step t, 1 at the first step
         */
        @Override
        public float[] hyper(double rate, long step) {
            double first = 1 / (1 - Math.pow(beta1, (double) step));
            double second = 1 / Math.sqrt(1 - Math.pow(beta2, (double) step));
            return new float[] {(float) rate, (float) first, (float) second};
        }
    }

    @Override
    public List<Call> calls() {
        return List.of(STEP.call(
                into(w, true),
                in(g),
                into(m, true),
                into(v, true),
                in(hyper),
                in(clip != null ? clip : hyper),
                size(w.elements()),
                flag(clip != null),
                (float) rule.beta1(),
                (float) (1 - rule.beta1()),
                (float) rule.beta2(),
                (float) (1 - rule.beta2()),
                (float) rule.epsilon(),
                (float) rule.decay(),
                flag(rule.decoupled())));
    }

    @Override
    public long flops() {
        return 15 * w.elements();
    }
}
