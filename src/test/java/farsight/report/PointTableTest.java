package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class PointTableTest {

    private static final List<Point> POINTS = Samples.realistic(true).points();

    @Test
    void noLineIsWiderThanTheTerminal() {
        List<Point> points = Samples.mapped(
                        Samples.realistic(true),
                        p -> p.positions() > 5000 ? Samples.with(p, Status.OUT_OF_MEMORY, "m".repeat(500)) : p)
                .points();
        for (int width : new int[] {72, 80, 100, 120, 200}) {
            assertThat(PointTable.text(points, width, false).lines())
                    .hasSize(points.size() + 1)
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
        }
    }

    @Test
    void numbersHaveUnitsAndAlignWithTheirHeader() {
        List<String> lines = PointTable.text(POINTS, 120, false).lines().toList();
        for (String title : List.of("N", "predicted", "measured", "median", "min", "GFLOP/s")) {
            int end = (lines.getFirst() + " ").indexOf(" " + title + " ") + 1 + title.length();
            for (String line : lines.subList(1, 7)) {
                assertThat(line.charAt(end - 1)).as(line).isNotEqualTo(' ');
                assertThat(line.length() == end || line.charAt(end) == ' ')
                        .as(line)
                        .isTrue();
            }
        }
        assertThat(lines.get(1)).contains("dense", "1,024", "ok", "4.98 MB", "6.74 ms", "39.8");
    }

    @Test
    void aPointThatDidNotRunShowsTheReasonInPlaceOfResults() {
        String row = PointTable.text(POINTS, 100, false)
                .lines()
                .filter(line -> line.contains("refused"))
                .findFirst()
                .orElseThrow();
        assertThat(row).contains("17.2 GB  A [65536, 65536] needs").endsWith("...");
    }

    @Test
    void rowsPrintedOneByOneAlignWithTheHeader() {
        PointTable table = PointTable.ofWidth(120, false);
        int end = table.header().indexOf(" N ") + 2;
        assertThat(POINTS).allSatisfy(p -> {
            assertThat(table.row(p).substring(0, end)).endsWith(Units.count(p.positions()));
            assertThat(table.row(p).length()).isLessThanOrEqualTo(120);
        });
    }

    @Test
    void theTableIsPlainAsciiWithoutColour() {
        List<Point> points = List.of(Samples.with(POINTS.getFirst(), Status.FAILED, "Ψ\u001b[2J\nline"));
        assertThat(PointTable.text(points, 100, false)).matches("[\\x20-\\x7e\\n]*");
        assertThat(PointTable.text(points, 100, true)).contains("\u001b[31mfailed\u001b[0m");
    }
}
