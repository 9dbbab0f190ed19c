package farsight.advise;

import farsight.block.Grid;
import java.util.Optional;

/**
 * Ways to make a block fit.
 *
 * @param withinMemory the largest grid whose memory fits; empty if none does, or if the asked one does
 * @param withinTime the largest grid whose run is short enough by the same prediction; empty if none is, if the asked
 *     one is, if there is no limit, or if nothing is known of the time
 * @param d a smaller d with which it fits at the asked N; 0 if there is none
 * @param stride a larger channel stride with which it fits at the asked N; 0 if there is none
 * @param streaming name of the candidate that computes the same by streaming attention; empty if there is none
 */
public record Change(Optional<Grid> withinMemory, Optional<Grid> withinTime, int d, int stride, String streaming) {

    static final Change NONE = new Change(Optional.empty(), Optional.empty(), 0, 0, "");
}
