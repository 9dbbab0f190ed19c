package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.report.PointsCsv;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sweep when one of its two processes is killed. */
@Timeout(240)
class SweepProcessesTest extends Sweeping {

    /** So many points that a sweep does not end before a signal that waits for its first. */
    private static final Object[] ASKED = {"--blocks", "se", "--n", "16,32,64,128,256", "--pass", "forward"};

    private Path points() {
        return folder.resolve("out/points.csv");
    }

    private static ProcessHandle worker(ProcessHandle of) {
        return of.children()
                .filter(c -> Processes.commandLine(c).contains("--worker"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aKilledProcessLosesOnlyItsCurrentPoint()
            throws InterruptedException, ExecutionException, TimeoutException, IOException {
        CompletableFuture<Cli.Result> sweep = CompletableFuture.supplyAsync(() -> sweep(ASKED));
        Processes.await("a point", () -> Files.exists(points()));
        ProcessHandle worker = worker(ProcessHandle.current());
        Path score = Path.of("/proc/" + worker.pid() + "/oom_score_adj");
        if (Files.exists(score)) {
            assertThat(score).as("the kernel's first choice").hasContent("1000");
        }
        worker.destroyForcibly();
        Cli.Result result = sweep.get(10, TimeUnit.MINUTES).succeeds();
        assertThat(result.err())
                .contains("failed, the process that measured on vector was ended (SIGKILL, exit code 137)");
        List<Point> points = PointsCsv.read(points());
        assertThat(points).extracting(Point::positions).containsExactly(16L, 32L, 64L, 128L, 256L);
        assertThat(points).filteredOn(p -> p.status() == Status.FAILED).hasSize(1);
        assertThat(points).filteredOn(p -> p.status() == Status.OK).hasSize(4).allSatisfy(p -> {
            if (Files.exists(score.getParent().resolveSibling("self/clear_refs"))) {
                assertThat(p.residentBytes()).as("Java and all").isBetween(10_000_000L, 2_000_000_000L);
            }
        });
    }

    /** KILL reaches one process; INT, as Ctrl-C sends it, both. */
    @ParameterizedTest
    @ValueSource(strings = {"KILL", "TERM", "INT"})
    void endingTheSweepEndsBothProcessesAndKeepsFinishedPoints(String signal) throws IOException, InterruptedException {
        assumeThat(Path.of("/bin/kill")).exists();
        Process sweep = Processes.start(
                Main.class,
                "sweep",
                "--output",
                folder.resolve("out"),
                "--channels",
                "16",
                ASKED[0],
                ASKED[1],
                ASKED[2],
                ASKED[3],
                ASKED[4],
                ASKED[5]);
        Processes.await("a point", () -> Files.exists(points()) || !sweep.isAlive());
        ProcessHandle worker = worker(sweep.toHandle());
        if (signal.equals("INT")) {
            kill(signal, worker.pid());
            Thread.sleep(100);
        }
        kill(signal, sweep.pid());
        assertThat(Processes.code(sweep)).isNotZero();
        Processes.await("the one that measured ends too", () -> !worker.isAlive());
        assertThat(PointsCsv.read(points())).hasSizeBetween(1, 4).allMatch(p -> p.status() == Status.OK);
        Object[] again = {ASKED[0], ASKED[1], ASKED[2], ASKED[3], ASKED[4], ASKED[5], "--resume"};
        assertThat(sweep(again).succeeds().err()).contains("resuming after ");
        assertThat(PointsCsv.read(points())).hasSize(5).allMatch(p -> p.status() == Status.OK);
    }

    private static void kill(String signal, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("/bin/kill", "-" + signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }
}
