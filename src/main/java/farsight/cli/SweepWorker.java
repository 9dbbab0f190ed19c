package farsight.cli;

import farsight.report.PointsCsv;
import farsight.sweep.LostException;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The parent's side of a process that measures points. The process reads a line, a point's index in the plan, and
 * answers with a line, the point ({@link SweepAnswers}). Its other output goes to this process's stderr.
 */
final class SweepWorker implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 20;

    /** Messages of Java, or of the system that should start it, when memory is short. */
    private static final String NO_MEMORY = ".*(insufficient memory for the Java Runtime|Could not reserve enough space"
            + "|Cannot allocate memory|OutOfMemoryError).*";

    private final String device;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter questions;
    private final PrintWriter err;
    private final Thread teller;
    private volatile boolean noMemory;

    private SweepWorker(String device, Process process, PrintWriter err) {
        this.device = device;
        this.process = process;
        this.err = err;
        answers = process.inputReader(StandardCharsets.UTF_8);
        questions = process.outputWriter(StandardCharsets.UTF_8);
        teller =
                Thread.ofVirtual().unstarted(() -> process.errorReader().lines().forEach(this::tell));
    }

    /**
     * Starts a process.
     *
     * @throws LostException when it cannot be started
     */
    static SweepWorker start(List<String> command, String device, PrintWriter err) {
        ProcessBuilder builder = new ProcessBuilder(command);
        // Their options are already among this process's own, which are passed on; some may not be given twice.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        try {
            SweepWorker worker = new SweepWorker(device, builder.start(), err);
            worker.teller.start();
            return worker;
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw new LostException(
                    message.matches(NO_MEMORY) ? Status.OUT_OF_MEMORY : Status.FAILED,
                    "cannot start a process to measure on " + device + ": " + message);
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    /**
     * Measures a point.
     *
     * @param place the point's index in the plan
     * @param large whether the point is expected to take much of the free memory
     * @throws LostException when the process ends without an answer
     */
    Point ask(int place, boolean large) {
        try {
            questions.write(place + "\n");
            questions.flush();
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                int answer = line.indexOf(SweepAnswers.ANSWER);
                if (answer >= 0) {
                    return PointsCsv.point(line.substring(answer + SweepAnswers.ANSWER.length()));
                }
                tell(line);
            }
        } catch (IOException e) {
            // A broken pipe: the process is gone, and its exit code says why.
        }
        throw lost(large);
    }

    /** Passes on the process's output, without the JVM's warning that this process has already printed. */
    private void tell(String line) {
        noMemory |= line.matches(NO_MEMORY);
        if (!line.isBlank() && !line.startsWith("WARNING: Using incubator modules")) {
            err.println(line);
        }
    }

    private LostException lost(boolean large) {
        String who = "the process that measured on " + device;
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return new LostException(Status.FAILED, who + " gave no answer");
            }
            teller.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new LostException(Status.FAILED, who + " was not waited for");
        }
        return WorkerEnd.of(process.exitValue(), noMemory, large, who);
    }

    /** Kills the process. */
    void kill() {
        process.destroyForcibly();
    }

    /** Ends the process, even during a measurement. */
    @Override
    public void close() {
        try {
            questions.close();
        } catch (IOException e) {
            // The process is already gone.
        }
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                teller.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
