package farsight.sweep;

import farsight.block.BlockProgram;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.HostMemory;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.model.Weights;
import farsight.program.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;
import uk.ac.manchester.tornado.api.exceptions.TornadoMemoryException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;

/** Measures points in this process, each in a session of its own. */
public final class PointMeasurer implements Measurer {

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
    private final Features features;
    private final Set<String> warmedUp = new HashSet<>();

    /** Of a plan's points, with these features. */
    public PointMeasurer(SweepPlan plan, Features features) {
        this.plan = plan;
        this.features = features;
    }

    @Override
    public Point measure(SweepPlan.Visit visit, Engine engine) {
        Recording r = Recording.of(plan, features, visit, engine);
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

    private Point measured(Recording r) {
        long before = HostMemory.resident();
        try (Session session = r.engine().open(r.memory())) {
            fill(session, r.program());
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
        long jvm = warmedUp.add(r.visit().label()) ? FIRST_WARM_UP_NANOS : WARM_UP_NANOS;
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

    static String line(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse(message).strip();
    }
}
