package farsight.train;

import farsight.network.Optimizer;
import farsight.op.update.Adam;
import farsight.op.update.Sgd;
import java.util.List;

/** An optimizer's options as the operations want them. */
final class Rules {

    private Rules() {}

    static Sgd.Rule of(Optimizer.Sgd sgd, Optimizer optimizer) {
        return new Sgd.Rule(sgd.momentum(), optimizer.decay(), sgd.nesterov());
    }

    static Adam.Rule of(Optimizer.Adam adam, Optimizer optimizer) {
        return new Adam.Rule(adam.beta1(), adam.beta2(), adam.eps(), optimizer.decay(), adam.decoupled());
    }

    /** How many numbers change from step to step. */
    static int count(Optimizer optimizer) {
        return switch (optimizer.rule()) {
            case Optimizer.Sgd _ -> Sgd.Rule.HYPER;
            case Optimizer.Adam _ -> Adam.Rule.HYPER;
        };
    }

    /**
     * The numbers of one step.
     *
     * @param rate learning rate
     * @param step from 0
     */
    static float[] numbers(Optimizer optimizer, double rate, long step) {
        return switch (optimizer.rule()) {
            case Optimizer.Sgd sgd -> of(sgd, optimizer).hyper(rate);
            case Optimizer.Adam adam -> of(adam, optimizer).hyper(rate, step + 1);
        };
    }

    /** Numbers as floats. */
    static float[] floats(List<Double> numbers) {
        float[] all = new float[numbers.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = numbers.get(i).floatValue();
        }
        return all;
    }
}
