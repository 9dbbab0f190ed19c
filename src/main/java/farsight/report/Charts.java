package farsight.report;

import farsight.report.Lines.Line;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The charts of a sweep.
 *
 * @param made those that have data
 * @param missing for each other one, a line that says why it is not there
 */
record Charts(List<Chart> made, List<String> missing) {

    /** File names of all charts there can be, without extension. */
    static final List<String> NAMES = List.of("memory-n", "memory-d", "time-n");

    /** The charts that a sweep has data for. */
    static Charts of(SweepResult sweep) {
        List<Line> lines = Lines.of(sweep.points());
        Map<Line, Style> styles = Style.of(lines);
        List<Chart> made = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        MemoryCharts.againstN(sweep, lines, styles)
                .ifPresentOrElse(made::add, () -> missing.add("Memory against N: no point has a predicted size."));
        MemoryCharts.againstD(sweep, lines, styles)
                .ifPresentOrElse(
                        made::add,
                        () -> missing.add(
                                "Memory against d: no block with latent nodes has points at two values of d and the"
                                        + " same N."));
        TimeCharts.againstN(sweep, lines, styles)
                .ifPresentOrElse(made::add, () -> missing.add("Time against N: no point was timed."));
        return new Charts(List.copyOf(made), List.copyOf(missing));
    }
}
