package farsight.cli;

import farsight.cli.output.ExitCode;
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
 * The worker process's side: measures points on request of its parent ({@link SweepWorker}). When the parent ends,
 * however it ends, the questions end, and this process ends at once, even during a measurement.
 */
final class SweepAnswers {

    /** Prefix of an answer, which distinguishes it from output of libraries. */
    static final String ANSWER = "farsight.point ";

    private static final String END = "";

    /** The oom_score_adj of the process that the kernel kills first when memory runs out (proc(5)). */
    private static final String FIRST_TO_GO = "1000";

    /** How long a signal to this process alone waits for the end of the questions. */
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
        // Ctrl-C reaches both processes; the parent must receive it before it sees this one end.
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
                // Starts a new line, whatever a library has printed.
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
            // The parent is gone too.
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
                System.err.println("farsight: a signal ends the process that is measuring a point");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void goFirstWhereMemoryRunsOut() {
        try {
            Files.writeString(Path.of("/proc/self/oom_score_adj"), FIRST_TO_GO, StandardOpenOption.WRITE);
        } catch (IOException e) {
            // Not Linux: the system chooses by itself.
        }
    }
}
