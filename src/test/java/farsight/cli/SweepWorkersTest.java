package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.BlockSpec;
import farsight.block.Pass;
import farsight.cli.option.BlockChoices;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.sweep.Features;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepPlan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Points measured by another process. */
@Timeout(120)
class SweepWorkersTest {

    private static final SweepPlan PLAN = new SweepPlan(
            BlockChoices.of(List.of("se", "gc")),
            List.of(16L, 64L),
            List.of(),
            16,
            1,
            List.of(Pass.FORWARD),
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            1);

    private static final List<String> OPTIONS =
            List.of("--blocks", "se,gc", "--n", "16,64", "--channels", "16", "--pass", "forward");

    private static final Engine JAVA = Engines.find("java");

    private final StringWriter err = new StringWriter();

    private SweepWorkers workers(String... more) {
        return workers(PLAN, OPTIONS, more);
    }

    private SweepWorkers workers(SweepPlan plan, List<String> options, String... more) {
        List<String> after = new ArrayList<>(options);
        after.addAll(List.of("--output", "nowhere"));
        after.addAll(List.of(more));
        return new SweepWorkers(
                plan, Features.synthetic(1), List.of(List.of("sweep", "--worker"), after), new PrintWriter(err, true));
    }

    @Test
    void aWorkerMeasuresSeveralPoints() {
        try (SweepWorkers workers = workers()) {
            for (SweepPlan.Visit visit : PLAN.visits().reversed()) {
                Point point = workers.measure(visit, JAVA);
                assertThat(point.status()).as(point.message()).isEqualTo(Status.OK);
                assertThat(point.block()).isEqualTo(visit.label());
                assertThat(point.positions()).isEqualTo(visit.positions());
                assertThat(point.spec()).isEqualTo(BlockSpec.write(visit.block()));
                assertThat(point.device()).isEqualTo("java");
                assertThat(point.measuredBytes()).isEqualTo(point.predictedBytes());
            }
        }
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aWorkerThatEndsFailsItsPointWithTheReason() {
        try (SweepWorkers workers = workers("--nonsense")) {
            for (int i = 0; i < 2; i++) {
                SweepPlan.Visit visit = PLAN.visits().get(i);
                assertThatThrownBy(() -> workers.measure(visit, JAVA))
                        .hasMessage("the process that measured on java ended with exit code 2");
            }
        }
        assertThat(err.toString()).contains("unknown option --nonsense");
    }
}
