package farsight.cli;

import farsight.data.DataException;
import farsight.engine.Engine;
import farsight.report.PointsCsv;
import farsight.sweep.Measurer;
import farsight.sweep.Point;
import farsight.sweep.SweepPlan;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Measures points in processes of their own, one a device, each the same program with the same options. In one process
 * devices cannot be measured at one time: whether runs are profiled, which makes them longer, is one switch of TornadoVM's
 * for all threads.
 *
 * <p>A worker reads a point's place in the plan, a line, and answers with the point, a line. What else it prints goes to
 * this process's stderr. A worker that dies fails the point that it had; the next point starts another.
 */
final class SweepWorkers implements Measurer, AutoCloseable {

    /** How an answer begins, to be told from what libraries print. */
    private static final String ANSWER = "farsight.point ";

    private static final int PATIENCE_SECONDS = 20;

    private final List<SweepPlan.Visit> visits;
    private final List<String> command;
    private final PrintWriter err;
    private final Map<String, Worker> workers = new ConcurrentHashMap<>();

    /**
     * No process is started yet.
     *
     * @param arguments of the command that the workers run too, which ends with the option that makes it a worker
     */
    SweepWorkers(SweepPlan plan, List<String> arguments, PrintWriter err) {
        visits = plan.visits();
        this.err = err;
        command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        // As the jar's manifest has it, which -cp does not look at: the worker loads the Vector API by it.
        command.add("--add-exports=java.base/jdk.internal.module=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(arguments);
    }

    /** A process, the two ends of its pipes, and what passes on its errors. */
    private record Worker(Process process, BufferedReader answers, BufferedWriter questions, Thread teller) {}

    @Override
    public Point measure(SweepPlan.Visit visit, Engine engine) {
        Worker worker = workers.computeIfAbsent(engine.id(), this::start);
        try {
            worker.questions.write(visits.indexOf(visit) + "\n");
            worker.questions.flush();
            for (String line = worker.answers.readLine(); line != null; line = worker.answers.readLine()) {
                if (line.startsWith(ANSWER)) {
                    return PointsCsv.point(line.substring(ANSWER.length()));
                }
                err.println(line);
            }
        } catch (IOException e) {
            // A broken pipe: the process is gone, and says why by its exit code.
        }
        workers.remove(engine.id());
        throw new IllegalStateException(
                "the process that measured on %s ended with %s".formatted(engine.id(), end(worker)));
    }

    private Worker start(String device) {
        List<String> words = new ArrayList<>(command);
        words.add(device);
        ProcessBuilder builder = new ProcessBuilder(words);
        // What they hold is among this process's own options, and may not stand there twice.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        try {
            Process p = builder.start();
            Thread teller = Thread.ofVirtual().start(() -> tell(p));
            return new Worker(p, p.inputReader(StandardCharsets.UTF_8), p.outputWriter(StandardCharsets.UTF_8), teller);
        } catch (IOException e) {
            throw new DataException("cannot start a process for " + device + ": " + e.getMessage(), e);
        }
    }

    /** Passes on what a worker says, but for the JVM's line on a module that this process's options ask for. */
    private void tell(Process p) {
        p.errorReader()
                .lines()
                .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
                .forEach(err::println);
    }

    private static String end(Worker worker) {
        try {
            if (worker.process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                worker.teller.join();
                return "exit code " + worker.process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        worker.process.destroyForcibly();
        return "no answer";
    }

    /** Ends the processes: one that measures is not waited for. */
    @Override
    public void close() {
        workers.values().forEach(w -> {
            try {
                w.questions.close();
            } catch (IOException e) {
                // It is gone already.
            }
        });
        workers.values().forEach(SweepWorkers::end);
        workers.clear();
    }

    /** The other side: answers until there are no more questions. */
    static void answer(SweepPlan plan, Measurer measurer, Engine engine, InputStream in, PrintStream out) {
        List<SweepPlan.Visit> visits = plan.visits();
        try (BufferedReader questions = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String place = questions.readLine(); place != null; place = questions.readLine()) {
                Point point = measurer.measure(visits.get(Integer.parseInt(place)), engine);
                out.println(ANSWER + PointsCsv.text(point));
                out.flush();
            }
        } catch (IOException e) {
            throw new DataException("a worker cannot read what to measure: " + e.getMessage(), e);
        }
    }
}
