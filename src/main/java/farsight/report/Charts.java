package farsight.report;

import farsight.report.chart.Chart;
import farsight.report.chart.Lines;
import farsight.report.chart.Lines.Line;
import farsight.report.chart.Style;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The charts of a sweep.
 *
 * @param made the charts with data
 * @param missing one line per missing chart, with the reason
 */
record Charts(List<Chart> made, List<String> missing) {

    /** File names of all possible charts, without extension. */
    static final List<String> NAMES = List.of("memory-n", "memory-d", "time-n");

    /**
     * The charts for which a sweep has data. With several devices, memory has one line for all of them, because only
     * array headers differ, and one marker per device. Time has one line per device, distinguished by dashes.
     */
    public static Charts of(SweepResult sweep) {
        boolean several = Compared.several(sweep);
        List<Line> lines = several ? Compared.together(sweep) : Lines.of(sweep.points());
        Map<Line, Style> styles = Style.of(lines);
        List<Chart> made = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        MemoryCharts.againstN(sweep, lines, styles)
                .ifPresentOrElse(made::add, () -> missing.add("Memory against N: no point has a predicted size."));
        if (sweep.points().stream().anyMatch(p -> p.latent() > 0)) {
            MemoryCharts.againstD(sweep, lines, styles)
                    .ifPresentOrElse(
                            made::add,
                            () -> missing.add(
                                    "Memory against d: no block with latent nodes has points at two values of d and"
                                            + " the same N."));
        }
        (several ? times(sweep) : TimeCharts.againstN(sweep, lines, styles))
                .ifPresentOrElse(made::add, () -> missing.add("Time against N: no point was timed."));
        return new Charts(List.copyOf(made), List.copyOf(missing));
    }

    private static Optional<Chart> times(SweepResult sweep) {
        List<String> devices = Compared.names(sweep);
        Map<Line, Style> styles = new LinkedHashMap<>();
        for (int i = 0; i < devices.size(); i++) {
            String device = devices.get(i);
            int which = i;
            Style.of(Lines.of(Compared.on(sweep, device).points()))
                    .forEach((line, style) -> styles.put(line.on(device), style.dashed(which)));
        }
        return TimeCharts.ofDevices(sweep, List.copyOf(styles.keySet()), styles);
    }
}
