package farsight.advise;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.engine.Engine;
import farsight.sweep.Effort;
import farsight.sweep.Features;
import farsight.sweep.Point;
import farsight.sweep.PointMeasurer;
import farsight.sweep.SweepPlan;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Measures runs as a sweep does, in this process and with {@link Effort#QUICK}, on random features and weights.
 *
 * @param engine where to run
 * @param pass which pass
 * @param budgetBytes most bytes of all arrays
 * @param seed of weights and features
 */
public record QuickStopwatch(Engine engine, Pass pass, long budgetBytes, long seed) implements Stopwatch {

    @Override
    public Point measure(Candidate candidate, Grid grid) {
        Block block = candidate.block();
        SweepPlan plan = new SweepPlan(
                List.of(candidate.choice()),
                List.of(grid.positions()),
                List.of(),
                block.channels(),
                1,
                List.of(pass),
                budgetBytes,
                Long.MAX_VALUE,
                seed);
        SweepPlan.Visit visit =
                new SweepPlan.Visit(candidate.choice().label(), block, candidate.d(), grid.positions(), pass);
        return new PointMeasurer(plan, on(grid), Effort.QUICK).measure(visit, engine);
    }

    /** Random features on one grid, whose positions may also lie in a line or in frames. */
    private Features on(Grid grid) {
        Features normal = Features.synthetic(seed);
        return new Features() {
            @Override
            public Grid grid(long positions) {
                return grid;
            }

            @Override
            public void fill(long positions, int channels, MemorySegment out) {
                normal.fill(positions, channels, out);
            }

            @Override
            public String description() {
                return normal.description();
            }
        };
    }
}
