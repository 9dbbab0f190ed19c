package farsight.cli;

import farsight.engine.Engine;
import farsight.report.PointsCsv;
import farsight.sweep.Measurer;
import farsight.sweep.Point;
import farsight.sweep.SweepPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that measures points, seen from within ({@link SweepWorker} asks). It lives no longer than the one that asks:
 * when that one ends, however it does, the questions end, and so does this process, whatever it is at.
 */
final class SweepAnswers {

    /** How an answer begins, to be told from what libraries print. */
    static final String ANSWER = "farsight.point ";

    private static final String END = "";

    /** The kernel's first choice where memory runs out (proc(5)); every process may make itself that. */
    private static final String FIRST_TO_GO = "1000";

    /** As long a signal to this process alone waits for the end of the questions. */
    private static final int PATIENCE_SECONDS = 5;

    private final BlockingQueue<String> questions = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile boolean done;

    private SweepAnswers() {}

    /** Answers until there are no more questions. */
    static void answer(SweepPlan plan, Measurer measurer, Engine engine, InputStream in, PrintStream out) {
        goFirstWhereMemoryRunsOut();
        SweepAnswers side = new SweepAnswers();
        Thread.ofPlatform().daemon().name("farsight-questions").start(() -> side.read(in));
        // Ctrl-C reaches both processes: the one that asks must learn of it before it sees this one end.
        Runtime.getRuntime().addShutdownHook(new Thread(side::waitForTheEnd, "farsight-answers"));
        try {
            side.answer(plan.visits(), measurer, engine, out);
        } catch (OutOfMemoryError e) {
            Runtime.getRuntime().halt(WorkerEnd.NO_MEMORY);
        } finally {
            side.done = true;
        }
    }

    private void answer(List<SweepPlan.Visit> visits, Measurer measurer, Engine engine, PrintStream out) {
        try {
            for (String place = questions.take(); !place.equals(END); place = questions.take()) {
                Point point = measurer.measure(visits.get(Integer.parseInt(place)), engine);
                // On a line of its own, whatever a library has printed.
                out.print("\n" + ANSWER + PointsCsv.text(point) + "\n");
                out.flush();
                unanswered.decrementAndGet();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(InputStream in) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                unanswered.incrementAndGet();
                questions.add(line);
            }
        } catch (IOException e) {
            // Nobody asks any more, either.
        }
        ended.countDown();
        if (unanswered.get() > 0) {
            Runtime.getRuntime().halt(ExitCode.FAILED);
        }
        questions.add(END);
    }

    private void waitForTheEnd() {
        try {
            if (!done && !ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("farsight: a signal ends the process that measures a point");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void goFirstWhereMemoryRunsOut() {
        try {
            Files.writeString(Path.of("/proc/self/oom_score_adj"), FIRST_TO_GO, StandardOpenOption.WRITE);
        } catch (IOException e) {
            // Not Linux: then the system chooses by itself.
        }
    }
}
