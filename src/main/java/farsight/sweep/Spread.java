package farsight.sweep;

import farsight.engine.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Distributes points over engines, with one thread per engine, and keeps track of open and finished points. */
abstract class Spread {

    private final SweepPlan plan;
    private final List<Engine> engines;
    private final List<SweepPlan.Visit> visits;
    private final Map<String, Point> done;
    private final Consumer<Point> keep;
    private final SweepRunner.Progress progress;
    private final @Nullable Point[] points;
    private int next;
    private @Nullable RuntimeException failure;

    /** The parameters are those of {@link SweepRunner#spread}. */
    Spread(
            SweepPlan plan,
            List<Engine> engines,
            Map<String, Point> done,
            Consumer<Point> keep,
            SweepRunner.Progress progress) {
        this.plan = plan;
        this.engines = engines;
        this.done = done;
        this.keep = keep;
        this.progress = progress;
        visits = plan.visits();
        points = new @Nullable Point[visits.size()];
    }

    /** Measures a point, while other threads measure others. */
    abstract Point visit(SweepPlan.Visit visit, Engine engine);

    /** Called for each finished point, of this run or of the run being resumed. */
    abstract void finished(SweepPlan.Visit visit, Point point);

    /** Runs all points and waits for the end. */
    List<Point> points() {
        List<Thread> threads = new ArrayList<>();
        for (Engine engine : engines) {
            threads.add(Thread.ofPlatform().name(engine.id()).start(() -> work(engine)));
        }
        threads.forEach(Spread::join);
        return all();
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes points until none are left, or storing one failed. */
    private void work(Engine engine) {
        try {
            for (int i = take(engine); i >= 0; i = take(engine)) {
                finish(i, visit(visits.get(i), engine));
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** The next point to measure, or −1. Points of an earlier run are finished along the way. */
    private synchronized int take(Engine engine) {
        while (failure == null && next < visits.size()) {
            int i = next++;
            SweepPlan.Visit visit = visits.get(i);
            progress.begins(visit, engine);
            Optional<Point> there = engines.stream()
                    .map(e -> done.get(plan.key(visit, e.id())))
                    .filter(Objects::nonNull)
                    .findFirst();
            if (there.isEmpty()) {
                return i;
            }
            add(i, there.get());
        }
        return -1;
    }

    private synchronized void finish(int i, Point point) {
        keep.accept(point);
        add(i, point);
    }

    private void add(int i, Point point) {
        finished(visits.get(i), point);
        points[i] = point;
        progress.finished(point);
    }

    private synchronized void fail(RuntimeException e) {
        failure = failure == null ? e : failure;
    }

    private synchronized List<Point> all() {
        if (failure != null) {
            throw failure;
        }
        return Arrays.stream(points).map(Objects::requireNonNull).toList();
    }
}
