package farsight.cli.advise;

import farsight.cli.option.PositionsOption;
import farsight.engine.Engine;
import farsight.report.chart.Units;
import java.util.stream.Collectors;

/**
 * The circumstances of an advice.
 *
 * @param positions as asked
 * @param channels C
 * @param engine where blocks run
 */
record AdviceFacts(PositionsOption positions, int channels, Engine engine) {

    /** N for people: {@code 100,000} or {@code 500 x 500}. */
    String n() {
        return positions.extents().size() == 1
                ? Units.count(positions.extents().getFirst())
                : positions.extents().stream().map(String::valueOf).collect(Collectors.joining(" x "));
    }
}
