package farsight.report;

import farsight.report.Lines.Line;
import farsight.sweep.Point;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The charts of a sweep.
 *
 * @param made those that have data
 * @param missing for each other one, a line that says why it is not there
 */
record Charts(List<Chart> made, List<String> missing) {

    /** File names of all charts there can be, without extension. */
    static final List<String> NAMES = List.of("memory-n", "memory-d", "time-n");

    /**
     * The charts that a sweep has data for. Of several devices memory is drawn for the first, as the others take the same
     * but for the headers of their arrays; time is for all, with the dashes telling the device.
     */
    static Charts of(SweepResult sweep) {
        List<String> devices =
                sweep.points().stream().map(Point::device).distinct().toList();
        SweepResult first = devices.size() < 2 ? sweep : of(sweep, devices.getFirst());
        List<Line> lines = Lines.of(first.points());
        Map<Line, Style> styles = Style.of(lines);
        List<Chart> made = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        MemoryCharts.againstN(first, lines, styles)
                .ifPresentOrElse(made::add, () -> missing.add("Memory against N: no point has a predicted size."));
        MemoryCharts.againstD(first, lines, styles)
                .ifPresentOrElse(
                        made::add,
                        () -> missing.add(
                                "Memory against d: no block with latent nodes has points at two values of d and the"
                                        + " same N."));
        (devices.size() < 2 ? TimeCharts.againstN(sweep, lines, styles) : times(sweep, devices))
                .ifPresentOrElse(made::add, () -> missing.add("Time against N: no point was timed."));
        return new Charts(List.copyOf(made), List.copyOf(missing));
    }

    private static SweepResult of(SweepResult sweep, String device) {
        return new SweepResult(
                sweep.title(),
                sweep.preset(),
                sweep.about(),
                sweep.limitBytes(),
                sweep.limitName(),
                sweep.points().stream().filter(p -> p.device().equals(device)).toList());
    }

    private static Optional<Chart> times(SweepResult sweep, List<String> devices) {
        Map<Line, Style> styles = new LinkedHashMap<>();
        for (int i = 0; i < devices.size(); i++) {
            String device = devices.get(i);
            int which = i;
            Style.of(Lines.of(of(sweep, device).points()))
                    .forEach((line, style) -> styles.put(line.on(device), style.dashed(which)));
        }
        return TimeCharts.ofDevices(sweep, List.copyOf(styles.keySet()), styles);
    }
}
