package farsight.cli;

import farsight.engine.Engine;
import farsight.engine.HostMemory;
import farsight.sweep.Features;
import farsight.sweep.LostException;
import farsight.sweep.Measurer;
import farsight.sweep.Point;
import farsight.sweep.PointMeasurer;
import farsight.sweep.Status;
import farsight.sweep.SweepPlan;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Measures points in processes of their own, one a device, each the same program with the same options. A point that takes
 * more memory than there is, or in which a driver crashes, ends its process and not the sweep. And in one process devices
 * cannot be measured at one time: whether runs are profiled, which makes them longer, is one switch of TornadoVM's for all
 * threads.
 *
 * <p>A process measures one point after the other, so that Java starts, and compiles what all points have in common, once. A
 * new one is started after a point that was not ok, which may have left anything behind, and for a point that is expected to
 * take most of the memory that there is: then the others that wait end too.
 */
final class SweepWorkers implements Measurer, AutoCloseable {

    /** A point that takes more than one part in so many of what is free has it to itself. */
    private static final int SHARE = 2;

    /** Of the options of this JVM, those that a second one at the same time cannot have. */
    private static final String ONE_ALONE =
            "-agentlib:jdwp.*|-Xrunjdwp.*|-Dcom\\.sun\\.management\\.jmxremote\\.port=.*";

    private final SweepPlan plan;
    private final Features features;
    private final List<SweepPlan.Visit> visits;
    private final List<List<String>> arguments;
    private final PrintWriter err;

    /** Those that wait, by the device. */
    private final Map<String, SweepWorker> waiting = new ConcurrentHashMap<>();

    private final Set<SweepWorker> alive = ConcurrentHashMap.newKeySet();
    private final Thread onExit = new Thread(this::interrupted, "farsight-workers");
    private volatile boolean ending;

    /**
     * No process is started yet.
     *
     * @param arguments of the command that the workers run too, in two parts: between them stands the device
     */
    SweepWorkers(SweepPlan plan, Features features, List<List<String>> arguments, PrintWriter err) {
        this.plan = plan;
        this.features = features;
        this.arguments = List.copyOf(arguments);
        this.err = err;
        visits = plan.visits();
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    @Override
    public Point measure(SweepPlan.Visit visit, Engine engine) {
        boolean large = PointMeasurer.expectedBytes(plan, features, visit, engine) > HostMemory.available() / SHARE;
        if (large) {
            endWaiting();
            PointMeasurer.refusal(plan, features, visit, engine).ifPresent(why -> {
                throw new LostException(Status.REFUSED, why);
            });
        }
        SweepWorker worker = worker(engine.id());
        boolean kept = false;
        try {
            Point point = worker.ask(visits.indexOf(visit), large);
            if (!point.key().equals(plan.key(visit, engine.id()))) {
                throw new IllegalStateException(
                        "its process measured another point: a spec's file has changed since the sweep began");
            }
            kept = point.status() == Status.OK;
            return point;
        } catch (LostException e) {
            waitWhereThisProcessEndsToo();
            throw e;
        } finally {
            if (kept) {
                waiting.put(engine.id(), worker);
            } else {
                end(worker);
            }
        }
    }

    private SweepWorker worker(String device) {
        SweepWorker there = waiting.remove(device);
        if (there != null && there.alive()) {
            return there;
        }
        if (there != null) {
            end(there);
        }
        SweepWorker started = SweepWorker.start(command(device), device, err);
        alive.add(started);
        return started;
    }

    private List<String> command(String device) {
        List<String> words = new ArrayList<>();
        words.add(ProcessHandle.current().info().command().orElse("java"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.matches(ONE_ALONE))
                .forEach(words::add);
        // As the jar's manifest has it, which -cp does not look at: the worker loads the Vector API by it.
        words.add("--add-exports=java.base/jdk.internal.module=ALL-UNNAMED");
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        words.addAll(arguments.getFirst());
        words.add(device);
        words.addAll(arguments.getLast());
        return words;
    }

    private void endWaiting() {
        for (String device : Set.copyOf(waiting.keySet())) {
            SweepWorker worker = waiting.remove(device);
            if (worker != null) {
                end(worker);
            }
        }
    }

    private void end(SweepWorker worker) {
        worker.close();
        alive.remove(worker);
    }

    /** Ends the processes: one that measures is not waited for. */
    @Override
    public void close() {
        Set.copyOf(alive).forEach(this::end);
        waiting.clear();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // This process is ending, and the hook runs.
        }
    }

    /** The user, or the system, ends this process: the point that is being measured is to be measured again. */
    private void interrupted() {
        ending = true;
        alive.forEach(SweepWorker::kill);
    }

    /** A worker that was ended because this process is being ended has not failed, and its point must not be stored. */
    private void waitWhereThisProcessEndsToo() {
        while (ending) {
            java.util.concurrent.locks.LockSupport.park(this);
        }
    }
}
