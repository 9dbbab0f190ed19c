package farsight.advise;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.block.spec.SpecException;
import farsight.data.DataException;
import farsight.engine.Engine;
import farsight.model.Footprint;

/**
 * The memory and operations of a block at one size, known without running it.
 *
 * @param grid the positions
 * @param arrayBytes bytes of all arrays, exact; −1 if more than a long counts
 * @param processBytes most bytes of the process; −1 if more than a long counts
 * @param parameters number of weights
 * @param flops floating-point operations of a run; −1 if more than a long counts
 * @param refusal why the memory does not fit; empty if it does
 */
public record Demand(Grid grid, long arrayBytes, long processBytes, long parameters, long flops, String refusal) {

    /** Whether the memory fits. */
    public boolean fits() {
        return refusal.isEmpty();
    }

    /**
     * The demand of one input.
     *
     * @throws SpecException when the block does not accept the grid
     */
    static Demand of(Block block, Grid grid, Pass pass, Engine engine, long budgetBytes) {
        try {
            Footprint f = Footprint.of(block, 1, grid, pass);
            return new Demand(
                    grid,
                    engine.predictedBytes(f.plan()),
                    engine.processMemory(f.plan()).total(),
                    block.parameterCount(),
                    f.flops(),
                    engine.refusal(f.plan(), budgetBytes).orElse(""));
        } catch (DataException | ArithmeticException e) {
            return new Demand(
                    grid, -1, -1, block.parameterCount(), -1, "would take more than 2^63 bytes or operations");
        }
    }

    /** Operations of a run at this size; {@link Long#MAX_VALUE} if more than a long counts. */
    static long flops(Block block, Grid grid, Pass pass) {
        try {
            return BlockProgram.of(block, 1, grid, pass).program().flops();
        } catch (ArithmeticException | IllegalArgumentException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether a block accepts a grid. */
    static boolean accepted(Block block, Grid grid, Pass pass) {
        try {
            Footprint.of(block, 1, grid, pass);
            return true;
        } catch (SpecException e) {
            return false;
        }
    }

    /** Whether a block takes the same arrays and operations for as many points in a line. */
    static boolean sameOnLine(Block block, Grid grid, Pass pass) {
        try {
            Footprint here = Footprint.of(block, 1, grid, pass);
            Footprint line = Footprint.of(block, 1, Grid.points(grid.positions()), pass);
            return here.bytes() == line.bytes() && here.flops() == line.flops();
        } catch (DataException | SpecException | ArithmeticException e) {
            return false;
        }
    }
}
