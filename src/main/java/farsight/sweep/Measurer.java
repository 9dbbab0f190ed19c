package farsight.sweep;

import farsight.engine.Engine;

/** Measures one point. */
@FunctionalInterface
public interface Measurer {

    /**
     * The point, however it ends.
     *
     * @param visit one whose arrays fit by prediction
     * @throws LostException when the process that measured it ended
     * @throws RuntimeException when it cannot be measured for a reason that has nothing to do with it; the point failed then
     */
    Point measure(SweepPlan.Visit visit, Engine engine);
}
