package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.BlockProgram;
import farsight.block.BlockSpec;
import farsight.program.MemoryPlan;
import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Svg;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The committed results match this program; a change of a block's memory requires new measurements. */
class ExperimentsTest {

    private static final Path FOLDER = Path.of("experiments");

    static List<Path> results() throws IOException {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            return folders.map(f -> f.resolve("points.csv"))
                    .filter(Files::exists)
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("results")
    void committedPagesAndChartsMatchThisProgram(Path file) throws IOException {
        Path folder = file.resolveSibling("");
        SweepResult sweep = SweepJson.read(folder.resolve("points.json"));
        assertThat(folder.resolve("index.html"))
                .as("./farsight chart %s writes it anew", folder)
                .content()
                .isEqualTo(HtmlPage.text(sweep));
        for (Chart chart : Charts.of(sweep).made()) {
            assertThat(folder.resolve(chart.name() + ".svg")).content().isEqualTo(Svg.file(ChartLayout.wide(chart)));
            assertThat(folder.resolve(chart.name() + ".png")).exists();
        }
    }

    @Test
    void theReadmesHeadlineMatchesItsPage() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        Path page = FOLDER.resolve("talk-vector/index.html");
        Point headline = PointsCsv.read(FOLDER.resolve("talk-vector/points.csv")).stream()
                .filter(p -> p.block().equals("latentgnn") && p.positions() == 250_000 && p.latent() == 64)
                .findFirst()
                .orElseThrow();
        String figure = "takes " + Units.bytes(headline.measuredBytes());
        assertThat(page).content().contains("<p class=\"lead\">", PageText.unbroken("LatentGNN (d = 64) " + figure));
        assertThat(readme).contains(figure, "d = " + headline.latent(), "C = " + headline.channels());
        assertThat(headline.spec()).contains("\"channelStride\":4");
        assertThat(readme).contains("channel stride of 4");
        long given = 4 * headline.positions() * headline.channels() * Float.BYTES;
        assertThat(readme).contains(Units.bytes(given) + " are x, y and their gradients");
    }

    @ParameterizedTest
    @MethodSource("results")
    void committedBytesMatchThisProgram(Path file) {
        for (Point p : PointsCsv.read(file)) {
            var program = BlockProgram.of(BlockSpec.parse(p.spec()), p.batch(), p.positions(), p.pass());
            MemoryPlan plan = MemoryPlan.of(program.program());
            // On devices each array has a header, which differs from release to release of TornadoVM.
            List<Long> headers = p.device().contains(":") ? List.of(16L, 24L) : List.of(0L);
            assertThat(p.predictedBytes())
                    .as("%s at %,d positions", p.block(), p.positions())
                    .isIn(headers.stream().map(plan::bytes).toList());
            if (p.status() == Status.OK) {
                assertThat(p.measuredBytes()).as(p.block()).isEqualTo(p.predictedBytes());
            }
        }
    }
}
