package farsight.advise;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.Pass;
import java.util.function.Function;

/**
 * The limits that a block must keep.
 *
 * @param grid the grid of the asked positions for a block; throws {@link farsight.block.spec.SpecException} when the
 *     block does not accept it
 * @param number whether positions were given as a number, so that a larger or smaller N may have any grid
 * @param pass forward, or forward and backward
 * @param memoryBytes most bytes of all arrays; {@link Long#MAX_VALUE} for the device's own limit
 * @param timeNanos longest run; {@link Long#MAX_VALUE} for none
 * @param measureNanos time that measuring may take; 0 to measure nothing
 */
public record Question(
        Function<Block, Grid> grid, boolean number, Pass pass, long memoryBytes, long timeNanos, long measureNanos) {}
