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
 * Measures points in worker processes, one per device, each the same program with the same options. A point that
 * exhausts memory, or crashes a driver, ends its process and not the sweep. Also, one process cannot measure several
 * devices at the same time: TornadoVM's switch for profiling, which slows runs down, applies to all threads.
 *
 * <p>A process measures many points, so Java starts once and compiles common code once. A new process is started after
 * a point that was not ok, because its process may be in any state, and for a point that is expected to take most of
 * the free memory. In the latter case the other waiting processes end too.
 */
final class SweepWorkers implements Measurer, AutoCloseable {

    /** A point that takes more than 1/SHARE of the free memory runs with no other process waiting. */
    private static final int SHARE = 2;

    /** JVM options that two running processes cannot share. */
    private static final String ONE_ALONE =
            "-agentlib:jdwp.*|-Xrunjdwp.*|-Dcom\\.sun\\.management\\.jmxremote\\.port=.*";

    private final SweepPlan plan;
    private final Features features;
    private final List<SweepPlan.Visit> visits;
    private final List<List<String>> arguments;
    private final PrintWriter err;

    /** Idle workers by device. */
    private final Map<String, SweepWorker> waiting = new ConcurrentHashMap<>();

    private final Set<SweepWorker> alive = ConcurrentHashMap.newKeySet();
    private final Thread onExit = new Thread(this::interrupted, "farsight-workers");
    private volatile boolean ending;

    /**
     * Starts no process yet.
     *
     * @param arguments of the workers' command, in two parts; the device goes between them
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
        // The jar's manifest has this option, but -cp ignores it; the worker needs it to load the Vector API.
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

    /** Ends the processes, even during a measurement. */
    @Override
    public void close() {
        Set.copyOf(alive).forEach(this::end);
        waiting.clear();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException e) {
            // This process is ending, and the hook is running.
        }
    }

    /** Called when the user or the system ends this process: the current point must be measured again. */
    private void interrupted() {
        ending = true;
        alive.forEach(SweepWorker::kill);
    }

    /**
     * Blocks while this process is ending: its worker was killed and has not failed, so the point must not be stored.
     */
    private void waitWhereThisProcessEndsToo() {
        while (ending) {
            java.util.concurrent.locks.LockSupport.park(this);
        }
    }
}
