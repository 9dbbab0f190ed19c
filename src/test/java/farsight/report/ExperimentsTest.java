package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.BlockProgram;
import farsight.block.BlockSpec;
import farsight.program.MemoryPlan;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The committed results are this program's: whoever changes what a block takes measures again. */
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
    void committedBytesAreThoseOfThisProgram(Path file) {
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
