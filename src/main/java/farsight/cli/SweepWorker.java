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
 * A process that measures points, seen from the one that asks it: it reads a point's place in the plan, a line, and answers
 * with the point, a line ({@link SweepAnswers}). What else it prints goes to this process's stderr.
 */
final class SweepWorker implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 20;

    /** What Java, or the system that was to start it, says where memory is short. */
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
     * Starts one.
     *
     * @throws LostException when there can be none
     */
    static SweepWorker start(List<String> command, String device, PrintWriter err) {
        ProcessBuilder builder = new ProcessBuilder(command);
        // What they hold is among this process's own options, and may not stand there twice.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        try {
            SweepWorker worker = new SweepWorker(device, builder.start(), err);
            worker.teller.start();
            return worker;
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw new LostException(
                    message.matches(NO_MEMORY) ? Status.OUT_OF_MEMORY : Status.FAILED,
                    "no process can be started to measure on " + device + ": " + message);
        }
    }

    boolean alive() {
        return process.isAlive();
    }

    /**
     * Measures a point.
     *
     * @param place in the plan
     * @param large whether the point is expected to take much of the memory that is free
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
            // A broken pipe: the process is gone, and says why by its exit code.
        }
        throw lost(large);
    }

    /** Passes on what the process says, but for the one line of the JVM that this process has said already. */
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

    /** Ends it at once. */
    void kill() {
        process.destroyForcibly();
    }

    /** Ends it; it does not finish what it is at. */
    @Override
    public void close() {
        try {
            questions.close();
        } catch (IOException e) {
            // It is gone already.
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
