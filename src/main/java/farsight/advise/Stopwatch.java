package farsight.advise;

import farsight.block.Grid;
import farsight.sweep.Point;

/** Measures runs. */
@FunctionalInterface
public interface Stopwatch {

    /** The point of a block at this size, however it ends; its memory fits. */
    Point measure(Candidate candidate, Grid grid);
}
