package farsight.sweep;

import farsight.engine.Engine;

/** Measures one point. */
@FunctionalInterface
public interface Measurer {

    /**
     * The point, however it ends.
     *
     * @param visit a point whose predicted arrays fit
     * @throws LostException when the process that measured it ended
     * @throws RuntimeException when it cannot be measured for a reason outside the point, which then failed
     */
    Point measure(SweepPlan.Visit visit, Engine engine);
}
