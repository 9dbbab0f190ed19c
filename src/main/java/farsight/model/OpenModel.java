package farsight.model;

import farsight.block.BlockProgram;
import farsight.block.Parameter;
import farsight.block.Pass;
import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A model on an engine, with its arrays, for inputs of one shape. Used by one thread. Closing it
 * gives the memory back.
 *
 * <p>While an input is brought into the kernels' layout, and an output out of it, one more array of
 * B·N·C floats is held beside those that {@link #bytes} counts.
 */
public final class OpenModel implements AutoCloseable {

    private final Model model;
    private final FeatureShape shape;
    private final BlockProgram program;
    private final Session session;
    private @Nullable Timing timing;

    private OpenModel(Model model, FeatureShape shape, BlockProgram program, Session session) {
        this.model = model;
        this.shape = shape;
        this.program = program;
        this.session = session;
    }

    static OpenModel of(Model model, Engine engine, FeatureShape shape, Pass pass, long budgetBytes) {
        shape.check("x", model.block());
        return of(model, engine, shape, BlockProgram.of(model.block(), shape.batch(), shape.grid(), pass), budgetBytes);
    }

    static OpenModel of(Model model, Engine engine, FeatureShape shape, BlockProgram program, long budgetBytes) {
        Pass pass = program.dy() == null ? Pass.FORWARD : Pass.BOTH;
        MemoryPlan plan = MemoryPlan.of(program.program());
        String what = "%s on %s, pass %s, device %s, was refused: "
                .formatted(model.block().kind(), shape, pass, engine.id());
        engine.limits().refusal(plan, budgetBytes).ifPresent(why -> {
            throw new RefusedException(what + why);
        });
        Session session = open(engine, plan, what);
        try {
            program.parameters()
                    .forEach((name, b) ->
                            session.write(b, model.weights().get(name).values()));
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
        return new OpenModel(model, shape, program, session);
    }

    private static Session open(Engine engine, MemoryPlan plan, String what) {
        try {
            return engine.open(plan);
        } catch (RefusedException e) {
            RefusedException named = new RefusedException(what + e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    /**
     * The block's output. Needs a model opened with {@link Pass#FORWARD}.
     *
     * @param x in the shape this was opened for
     * @return y, the same shape, in memory of its own
     * @throws DataException when x has another shape
     */
    public Tensor apply(Tensor x) {
        if (program.dy() != null) {
            throw new IllegalStateException("opened for gradients; open it with Pass.FORWARD to apply");
        }
        write("x", program.x(), x);
        timing = session.run();
        return features(program.y());
    }

    /**
     * The block's output and the gradients of Σ y·dy. Needs a model opened with {@link Pass#BOTH}.
     *
     * @param x in the shape this was opened for
     * @param dy the same shape
     * @throws DataException when either has another shape
     */
    public Gradients gradient(Tensor x, Tensor dy) {
        Buffer upstream = program.dy();
        Buffer dx = program.dx();
        if (upstream == null || dx == null) {
            throw new IllegalStateException("opened for outputs only; open it with Pass.BOTH for gradients");
        }
        write("x", program.x(), x);
        write("dy", upstream, dy);
        timing = session.run();
        SequencedMap<String, Tensor> all = new LinkedHashMap<>();
        all.put("x", features(dx));
        for (Parameter p : model.block().parameters()) {
            if (!p.trained()) {
                continue;
            }
            Tensor gradient = Tensor.allocate(Weights.shapeOf(p));
            session.read(Objects.requireNonNull(program.gradients().get(p.name())), gradient.values());
            all.put(p.name(), gradient);
        }
        return new Gradients(features(program.y()), all);
    }

    /**
     * Gives a parameter other values for the runs to come; the model that this was opened from keeps its own.
     *
     * @param name of the parameter
     * @param values as many as it has
     * @throws IllegalArgumentException when the block has none of that name, or of another count
     */
    public void set(String name, Tensor values) {
        Buffer b = program.parameters().get(name);
        if (b == null) {
            throw new IllegalArgumentException("a " + model.block().kind() + " block has no parameter " + name
                    + ", only " + program.parameters().keySet());
        }
        session.write(b, values.values());
    }

    /** What runs: its buffers are those that {@link #read} takes. */
    public BlockProgram program() {
        return program;
    }

    /**
     * Copies a buffer out after a run, in the layout of kernels: [B, N, C] row-major.
     *
     * @param b an input, a parameter or an output of {@link #program}
     * @throws DataException when it has more floats than a Java array
     */
    public float[] read(Buffer b) {
        if (b.elements() > Integer.MAX_VALUE - 8) {
            throw new DataException(
                    "%s %s has %,d floats, more than a Java array holds".formatted(b.name(), b.shape(), b.elements()));
        }
        return session.read(b);
    }

    /** The shape it was opened for. */
    public FeatureShape shape() {
        return shape;
    }

    /**
     * Running statistics of the norms over the batch, moved on by the batch of the last run; see {@link
     * RunningStatistics#after}.
     *
     * @param before what they were, for example {@link Weights#statistics}
     * @return empty for blocks without such norms
     * @throws IllegalStateException before the first run
     */
    public RunningStatistics statistics(RunningStatistics before) {
        timing();
        SequencedMap<String, Tensor> batch = new LinkedHashMap<>();
        program.statistics().forEach((name, b) -> {
            Tensor values = Tensor.allocate(b.elements());
            session.read(b, values.values());
            batch.put(name, values);
        });
        return before.after(batch, Math.multiplyExact(shape.batch(), shape.positions()));
    }

    /** Bytes of the arrays that were allocated: counted, not planned. */
    public long bytes() {
        return session.bytes();
    }

    /**
     * What the last run took, without bringing tensors in and out.
     *
     * @throws IllegalStateException before the first
     */
    public Timing timing() {
        if (timing == null) {
            throw new IllegalStateException("nothing has run yet");
        }
        return timing;
    }

    @Override
    public void close() {
        session.close();
    }

    private void write(String name, Buffer b, Tensor tensor) {
        if (!Arrays.equals(tensor.shape(), shape.toArray())) {
            throw new DataException(
                    "%s has shape %s, expected %s".formatted(name, Tensor.shapeText(tensor.shape()), shape));
        }
        try (Arena arena = Arena.ofShared()) {
            MemorySegment turned = arena.allocate(b.shape().bytes(), Float.BYTES);
            Transposition.transpose(tensor.values(), turned, shape.batch(), shape.channels(), shape.positions());
            session.write(b, turned);
        }
    }

    private Tensor features(Buffer b) {
        Tensor tensor = Tensor.allocate(shape.toArray());
        try (Arena arena = Arena.ofShared()) {
            MemorySegment turned = arena.allocate(b.shape().bytes(), Float.BYTES);
            session.read(b, turned);
            Transposition.transpose(turned, tensor.values(), shape.batch(), shape.positions(), shape.channels());
        }
        return tensor;
    }
}
