package farsight.op.update;

/** The formula of an update: what is the same in every step. */
public sealed interface UpdateRule permits Sgd.Rule, Adam.Rule {

    /** λ, the weight decay. */
    double decay();

    /** Length of {@link #hyper}. */
    int hypers();

    /**
     * What changes from step to step, the learning rate first.
     *
     * @param step t, 1 at the first step
     */
    float[] hyper(double rate, long step);
}
