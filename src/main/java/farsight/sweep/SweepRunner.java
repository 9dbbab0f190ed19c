package farsight.sweep;

import farsight.engine.Engine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Visits the points of a plan: each point on every engine in turn, or each point on one engine, spread over all. */
public final class SweepRunner {

    private final SweepPlan plan;
    private final List<Engine> engines;
    private final Features features;
    private final Measurer measurer;

    /** A runner; nothing runs yet. */
    public SweepRunner(SweepPlan plan, List<Engine> engines, Features features, Measurer measurer) {
        this.plan = plan;
        this.engines = List.copyOf(engines);
        this.features = features;
        this.measurer = measurer;
    }

    /** Receives the sweep's progress, called by one thread at a time. */
    public interface Progress {
        /** A point begins. */
        void begins(SweepPlan.Visit visit, Engine engine);

        /** A point is finished, in this run or in the run being resumed. */
        void finished(Point point);
    }

    /**
     * Visits every point on every engine.
     *
     * @param done points of an earlier run by {@link Point#key}; they are not visited again
     * @param keep called with each new point before the next begins: it must have stored it on return
     * @return all points, in the plan's order, each on every engine before the next
     */
    public List<Point> run(Map<String, Point> done, Consumer<Point> keep, Progress progress) {
        TimeBudget budget = new TimeBudget(plan.mostNanos(), false);
        List<Point> points = new ArrayList<>();
        for (SweepPlan.Visit visit : plan.visits()) {
            for (Engine engine : engines) {
                progress.begins(visit, engine);
                Point point = done.get(plan.key(visit, engine.id()));
                if (point == null) {
                    point = visit(visit, engine, budget);
                    keep.accept(point);
                }
                if (point.status() == Status.OK) {
                    budget.ran(visit, point);
                }
                points.add(point);
                progress.finished(point);
            }
        }
        return points;
    }

    /**
     * Visits every point on one engine, whichever is free next. Each engine has a thread that calls the measurer,
     * several at a time; {@code keep} and {@code progress} are called by one thread at a time.
     *
     * @param done points of an earlier run by {@link Point#key}, of any of the engines
     * @param keep called with each new point before its engine begins another: it must have stored it on return
     * @return all points, in the plan's order
     */
    public List<Point> spread(Map<String, Point> done, Consumer<Point> keep, Progress progress) {
        TimeBudget budget = new TimeBudget(plan.mostNanos(), true);
        Spread spread = new Spread(plan, engines, done, keep, progress) {
            @Override
            Point visit(SweepPlan.Visit visit, Engine engine) {
                return SweepRunner.this.visit(visit, engine, budget);
            }

            @Override
            void finished(SweepPlan.Visit visit, Point point) {
                synchronized (budget) {
                    if (point.status() == Status.OK) {
                        budget.ran(visit, point);
                    }
                }
            }
        };
        return spread.points();
    }

    private Point visit(SweepPlan.Visit v, Engine engine, TimeBudget budget) {
        PendingPoint r;
        try {
            r = PendingPoint.of(plan, features, v, engine);
        } catch (ArithmeticException | IllegalArgumentException e) {
            return PendingPoint.impossible(
                    plan.batch(), v, engine, Status.REFUSED, "would take more than 2^63 bytes or operations");
        } catch (RuntimeException e) {
            return PendingPoint.impossible(plan.batch(), v, engine, Status.FAILED, PointMeasurer.line(e));
        }
        // Only the measurer checks free memory: a process waiting there for the next point may have to end first.
        Optional<String> refusal = engine.limits().refusal(r.memory(), plan.budgetBytes());
        if (refusal.isEmpty()) {
            synchronized (budget) {
                refusal = budget.refusal(v, engine.id(), r.program().program().flops());
            }
        }
        if (refusal.isPresent()) {
            return r.without(Status.REFUSED, refusal.get());
        }
        try {
            return measurer.measure(v, engine);
        } catch (LostException e) {
            return r.without(e.status(), PointMeasurer.line(e));
        } catch (RuntimeException e) {
            return r.without(Status.FAILED, PointMeasurer.line(e));
        }
    }
}
