package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import farsight.report.chart.Lines;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrowthTableTest {

    @Test
    void exponentsAreThoseOfTheBytesAndTheSlowestGrowthComesFirst() {
        List<GrowthTable.Row> rows =
                GrowthTable.of(Lines.of(Samples.realistic(false).points()));
        assertThat(rows).hasSizeGreaterThan(2);
        assertThat(rows).extracting(GrowthTable.Row::power).isSorted();
        assertThat(rows.getLast().term()).isEqualTo("N²");
        GrowthTable.Row full = rows.stream()
                .filter(row -> row.block().equals("Dense GNN"))
                .findFirst()
                .orElseThrow();
        assertThat(full.term()).isEqualTo("N²");
        Lines.Line dense = Lines.of(Samples.realistic(false).points()).getFirst();
        var last = dense.points().getLast();
        var before = dense.points().get(dense.points().size() - 2);
        double ratio = (double) Lines.memory(last) / Lines.memory(before);
        double step = (double) last.positions() / before.positions();
        assertThat(Math.pow(step, full.exponent())).isCloseTo(ratio, within(1e-9 * ratio));
        assertThat(full.bytes() * last.positions()).isCloseTo((double) Lines.memory(last), within(1.0));
        // The dot of N² is at the right end of the track, that of N at the left.
        assertThat(new GrowthTable.Row("", "", 2, 1, 1, 0).track()).contains("cx=\"155.0\"");
        assertThat(new GrowthTable.Row("", "", 1, 1, 1, 0).track()).contains("cx=\"5.0\"");
    }

    @Test
    void oneSizeAloneTellsNoGrowth() {
        var points = Samples.realistic(false).points();
        long n = points.getFirst().positions();
        assertThat(GrowthTable.of(
                        Lines.of(points.stream().filter(p -> p.positions() == n).toList())))
                .isEmpty();
    }
}
