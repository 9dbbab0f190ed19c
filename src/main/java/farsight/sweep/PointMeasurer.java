package farsight.sweep;

import farsight.block.BlockProgram;
import farsight.data.Synthetic;
import farsight.engine.Engine;
import farsight.engine.HostMemory;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.model.Weights;
import farsight.program.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/** Measures points in this process, each in a session of its own. */
public final class PointMeasurer implements Measurer {

    /** Runs with the device's own kernel times, after the timed ones. */
    private static final int PROFILED_RUNS = 3;

    private static final int LEAST_RUNS = 3;
    /** A run this long is not repeated to reach {@link #LEAST_RUNS}. */
    private static final long LONG_RUN_NANOS = 3_000_000_000L;

    private final SweepPlan plan;
    private final Features features;
    private final Effort effort;
    private final CompilerQueue compiler = new CompilerQueue();

    /** Measures a plan's points with these features. */
    public PointMeasurer(SweepPlan plan, Features features) {
        this(plan, features, Effort.THOROUGH);
    }

    /** Measures a plan's points with these features, as long as that takes. */
    public PointMeasurer(SweepPlan plan, Features features, Effort effort) {
        this.plan = plan;
        this.features = features;
        this.effort = effort;
    }

    /**
     * The most memory of the process that measures a point.
     *
     * @throws RuntimeException where the point has no program
     */
    public static long expectedBytes(SweepPlan plan, Features features, SweepPlan.Visit visit, Engine engine) {
        return engine.processMemory(
                        PendingPoint.of(plan, features, visit, engine).memory())
                .total();
    }

    /** Why a process that measures a point cannot have its memory now, if it cannot; see {@link Engine#refusal}. */
    public static Optional<String> refusal(SweepPlan plan, Features features, SweepPlan.Visit visit, Engine engine) {
        return engine.refusal(PendingPoint.of(plan, features, visit, engine).memory(), plan.budgetBytes());
    }

    @Override
    public Point measure(SweepPlan.Visit visit, Engine engine) {
        PendingPoint r = PendingPoint.of(plan, features, visit, engine);
        try {
            return measured(r);
        } catch (RefusedException e) {
            return r.without(Status.REFUSED, line(e));
        } catch (OutOfMemoryError | TornadoOutOfMemoryException | TornadoMemoryException e) {
            return r.without(Status.OUT_OF_MEMORY, line(e));
        } catch (RuntimeException | TornadoInternalError e) {
            return r.without(Status.FAILED, line(e));
        }
    }

    private Point measured(PendingPoint r) {
        // So that the peak is this point's, not the previous one's.
        HostMemory.settle();
        boolean told = PeakMemory.reset();
        try (Session session = r.engine().open(r.memory())) {
            fill(session, r.program());
            Timing first = session.run();
            long bytes = session.bytes();
            boolean device = first.kernels() >= 0;
            // A run this long was compiled while it ran.
            boolean settled = (first.wall() > LONG_RUN_NANOS && !compiler.busy())
                    || WarmUp.settled(first.wall(), () -> session.run().wall(), compiler::busy, effort);
            long[] walls = walls(session);
            long[] kernels = !device
                    ? new long[] {-1}
                    : first.kernels() > LONG_RUN_NANOS ? new long[] {first.kernels()} : kernels(session);
            long resident = told ? PeakMemory.bytes() : -1;
            return r.measured(bytes, resident, first, walls, kernels, settled ? "" : unsettled());
        }
    }

    /** The message of a point whose times include the JVM's compiler. */
    private String unsettled() {
        return "times still fell after %.3g s of runs".formatted(effort.mostNanos() / 1e9);
    }

    /** Wall times, shortest first. */
    private long[] walls(Session session) {
        List<Long> walls = new ArrayList<>();
        long spent = 0;
        do {
            long wall = session.run().wall();
            walls.add(wall);
            spent += wall;
        } while ((walls.size() < effort.runs() || spent < effort.shortNanos())
                && spent < LONG_RUN_NANOS
                && (walls.size() < LEAST_RUNS || spent < effort.timedNanos()));
        return walls.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** Times in the device's kernels, shortest first. */
    private long[] kernels(Session session) {
        List<Long> kernels = new ArrayList<>();
        long spent = 0;
        do {
            Timing t = session.profile();
            kernels.add(t.kernels());
            spent += t.wall();
        } while (kernels.size() < PROFILED_RUNS && spent < effort.timedNanos());
        return kernels.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private void fill(Session session, BlockProgram program) {
        Weights weights = Weights.random(program.block(), plan.seed());
        for (Map.Entry<String, Buffer> e : program.parameters().entrySet()) {
            session.write(e.getValue(), weights.get(e.getKey()).values());
        }
        long positions = program.x().shape().rows();
        int channels = program.block().channels();
        long sample = positions * channels * Float.BYTES;
        session.fill(program.x(), x -> {
            for (int b = 0; b < plan.batch(); b++) {
                features.fill(positions, channels, x.asSlice(b * sample, sample));
            }
        });
        if (program.dy() != null) {
            session.fill(
                    Objects.requireNonNull(program.dy()),
                    dy -> Synthetic.normal(dy, dy.byteSize() / Float.BYTES, plan.seed() + 1));
        }
    }

    static String line(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse(message).strip();
    }
}
