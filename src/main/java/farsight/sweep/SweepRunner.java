package farsight.sweep;

import farsight.block.BlockProgram;
import farsight.block.BlockSpec;
import farsight.block.Grid;
import farsight.block.Pass;
import farsight.data.GridShape;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.HostMemory;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.model.Weights;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/** Visits the points of a plan on each engine in turn, every one in a session of its own. */
public final class SweepRunner {

    private static final int MOST_RUNS = 25;
    /** Runs with the device's own account of its kernels, after the timed ones. */
    private static final int PROFILED_RUNS = 3;

    private static final int LEAST_RUNS = 3;
    /** Timed runs go on until they have taken this long together. */
    private static final long ENOUGH_NANOS = 400_000_000L;
    /** A run this long is not repeated to reach {@link #LEAST_RUNS}. */
    private static final long LONG_RUN_NANOS = 3_000_000_000L;
    /** Before the clock counts, runs go on this long, so that the JVM has compiled what they use. */
    private static final long WARM_UP_NANOS = 700_000_000L;

    /** The same on a device, whose kernels the first run compiles. */
    private static final long DEVICE_WARM_UP_NANOS = 100_000_000L;

    /** The same for a block's first point, whose code the JVM has not seen. */
    private static final long FIRST_WARM_UP_NANOS = 2_000_000_000L;

    private final SweepPlan plan;
    private final List<Engine> engines;
    private final Features features;
    private final Set<String> warmedUp = new HashSet<>();

    /** The last point that ran of each block, d, pass and device. */
    private final Map<List<Object>, Point> before = new HashMap<>();

    /** A runner; nothing runs yet. */
    public SweepRunner(SweepPlan plan, List<Engine> engines, Features features) {
        this.plan = plan;
        this.engines = List.copyOf(engines);
        this.features = features;
    }

    /** What a caller is told. */
    public interface Progress {
        /** A point begins. */
        void begins(SweepPlan.Visit visit, Engine engine);

        /** A point is finished, now or in the run that is being resumed. */
        void finished(Point point);
    }

    /**
     * Visits every point.
     *
     * @param done points of an earlier run by {@link Point#key}; they are not visited again
     * @param keep called with each new point before the next begins: it must have stored it on return
     * @return all points, in the plan's order, each on every engine before the next
     */
    public List<Point> run(Map<String, Point> done, Consumer<Point> keep, Progress progress) {
        List<Point> points = new ArrayList<>();
        for (SweepPlan.Visit visit : plan.visits()) {
            for (Engine engine : engines) {
                progress.begins(visit, engine);
                Point point = done.get(plan.key(visit, engine.id()));
                if (point == null) {
                    point = visit(visit, engine);
                    keep.accept(point);
                }
                if (point.status() == Status.OK) {
                    before.put(line(visit, engine), point);
                }
                points.add(point);
                progress.finished(point);
            }
        }
        return points;
    }

    private static List<Object> line(SweepPlan.Visit v, Engine engine) {
        return List.of(v.label(), v.pass(), engine.id());
    }

    private Point visit(SweepPlan.Visit v, Engine engine) {
        GridShape shape = features.grid(v.positions());
        Grid grid = new Grid(shape.height(), shape.width());
        BlockProgram program = BlockProgram.of(v.block(), plan.batch(), grid, v.pass());
        MemoryPlan memory = MemoryPlan.of(program.program());
        Recording r = new Recording(v, engine, program, memory);
        String refusal = engine.limits()
                .refusal(memory, plan.budgetBytes())
                .or(() -> tooLong(r))
                .orElse(null);
        if (refusal != null) {
            return r.without(Status.REFUSED, refusal);
        }
        try {
            return measure(r);
        } catch (RefusedException e) {
            return r.without(Status.REFUSED, line(e));
        } catch (OutOfMemoryError | TornadoOutOfMemoryException | TornadoMemoryException e) {
            return r.without(Status.OUT_OF_MEMORY, line(e));
        } catch (RuntimeException | TornadoInternalError e) {
            return r.without(Status.FAILED, line(e));
        }
    }

    /** Why a point would take too long, by its operations and the rate of the one before. */
    private Optional<String> tooLong(Recording r) {
        Point last = before.get(line(r.visit, r.engine));
        if (last == null || last.flops() == 0) {
            return Optional.empty();
        }
        double nanos = (double) last.medianNanos() * r.program.program().flops() / last.flops();
        return nanos <= plan.mostNanos()
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "would take about %.3g s a run, at the rate of N = %,d; the limit is %.3g s",
                        nanos / 1e9,
                        last.positions(),
                        plan.mostNanos() / 1e9));
    }

    private Point measure(Recording r) {
        long before = HostMemory.resident();
        try (Session session = r.engine.open(r.memory)) {
            fill(session, r.program);
            Timing first = session.run();
            long after = HostMemory.resident();
            long bytes = session.bytes();
            long resident = before < 0 ? -1 : Math.max(0, after - before);
            boolean device = first.kernels() >= 0;
            warmUp(r, session, device ? first.kernels() : first.wall(), device);
            long[] walls = walls(session);
            long[] kernels = !device
                    ? new long[] {-1}
                    : first.kernels() > LONG_RUN_NANOS ? new long[] {first.kernels()} : kernels(session);
            return r.measured(bytes, resident, first, walls, kernels);
        }
    }

    private void warmUp(Recording r, Session session, long spent, boolean device) {
        long jvm = warmedUp.add(r.visit.label()) ? FIRST_WARM_UP_NANOS : WARM_UP_NANOS;
        long enough = device ? DEVICE_WARM_UP_NANOS : jvm;
        for (long warm = spent; warm < enough; ) {
            warm += session.run().wall();
        }
    }

    /** Wall times, shortest first. */
    private static long[] walls(Session session) {
        List<Long> walls = new ArrayList<>();
        long spent = 0;
        do {
            long wall = session.run().wall();
            walls.add(wall);
            spent += wall;
        } while (walls.size() < MOST_RUNS
                && spent < LONG_RUN_NANOS
                && (walls.size() < LEAST_RUNS || spent < ENOUGH_NANOS));
        return walls.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    /** Times in the device's kernels, shortest first. */
    private static long[] kernels(Session session) {
        List<Long> kernels = new ArrayList<>();
        long spent = 0;
        do {
            Timing t = session.profile();
            kernels.add(t.kernels());
            spent += t.wall();
        } while (kernels.size() < PROFILED_RUNS && spent < ENOUGH_NANOS);
        return kernels.stream().mapToLong(Long::longValue).sorted().toArray();
    }

    private void fill(Session session, BlockProgram program) {
        Weights weights = Weights.random(program.block(), plan.seed());
        for (Map.Entry<String, Buffer> e : program.parameters().entrySet()) {
            session.write(e.getValue(), weights.get(e.getKey()).values());
        }
        long positions = program.x().shape().rows();
        int channels = program.block().channels();
        Tensor x = Tensor.allocate(plan.batch(), positions, channels);
        long sample = positions * channels * Float.BYTES;
        for (int b = 0; b < plan.batch(); b++) {
            features.fill(positions, channels, x.values().asSlice(b * sample, sample));
        }
        session.write(program.x(), x.values());
        if (program.dy() != null) {
            Synthetic.normal(x.values(), x.elements(), plan.seed() + 1);
            session.write(Objects.requireNonNull(program.dy()), x.values());
        }
    }

    private static String line(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse(message).strip();
    }

    /** What is known of a point before it runs. */
    private final class Recording {
        private final SweepPlan.Visit visit;
        private final Engine engine;
        private final BlockProgram program;
        private final MemoryPlan memory;

        Recording(SweepPlan.Visit visit, Engine engine, BlockProgram program, MemoryPlan memory) {
            this.visit = visit;
            this.engine = engine;
            this.program = program;
            this.memory = memory;
        }

        Point without(Status status, String message) {
            return point(status, message, -1, -1, 0, -1, -1, -1, -1, -1);
        }

        Point measured(long bytes, long resident, Timing first, long[] walls, long[] kernels) {
            return point(
                    Status.OK,
                    "",
                    bytes,
                    resident,
                    walls.length,
                    median(walls),
                    walls[0],
                    median(kernels),
                    first.wall(),
                    first.compile());
        }

        private Point point(
                Status status,
                String message,
                long measuredBytes,
                long residentBytes,
                int runs,
                long median,
                long min,
                long kernels,
                long first,
                long compile) {
            Pass pass = visit.pass();
            return new Point(
                    visit.label(),
                    BlockSpec.write(visit.block()),
                    plan.batch(),
                    visit.positions(),
                    visit.block().channels(),
                    visit.latent(),
                    pass,
                    engine.id(),
                    status,
                    message,
                    visit.block().parameterCount(),
                    program.program().flops(),
                    program.program().bytesMoved(),
                    engine.predictedBytes(memory),
                    MemoryPlan.withoutSharing(program.program())
                            .bytes(engine.limits().headerBytes()),
                    measuredBytes,
                    residentBytes,
                    runs,
                    median,
                    min,
                    kernels,
                    first,
                    compile);
        }
    }

    private static long median(long[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
