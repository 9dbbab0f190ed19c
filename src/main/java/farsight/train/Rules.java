package farsight.train;

import farsight.network.Optimizer;
import java.util.List;

/** Numbers as a step's arrays hold them. */
final class Rules {

    private Rules() {}

    /** How many numbers change from step to step. */
    static int count(Optimizer optimizer) {
        return optimizer.rule().hypers();
    }

    /**
     * The numbers of one step.
     *
     * @param rate learning rate
     * @param step from 0
     */
    static float[] numbers(Optimizer optimizer, double rate, long step) {
        return optimizer.rule().hyper(rate, step + 1);
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
