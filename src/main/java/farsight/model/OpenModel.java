package farsight.model;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Parameter;
import farsight.block.Pass;
import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.data.TensorStream;
import farsight.engine.Engine;
import farsight.engine.ProcessMemory;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.program.Buffer;
import farsight.tape.Purpose;
import farsight.text.Line;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model on an engine, with its arrays, for inputs of one shape. Closing it frees the memory.
 *
 * <p>Threads may share it, and the engine: calls run one at a time, each from its input to its result, and others wait,
 * including {@link #close}. A {@link #forward} and its {@link #backward} belong to one thread. If another thread's call
 * came between them, backward throws and computes nothing. {@link #timing}, {@link #statistics} and {@link #read}
 * describe the last run of any thread. After {@link #close} every call that needs the arrays throws
 * {@link IllegalStateException}.
 *
 * <p>Inputs and outputs are transposed directly into and out of the arrays. A returned tensor takes B·N·C floats beside
 * the arrays that {@link #bytes} counts. {@link #run(FeatureSource)} instead leaves results in the arrays, from where
 * {@link #results} writes them.
 */
public final class OpenModel implements AutoCloseable {

    private final Model model;
    private final FeatureShape shape;
    private final Pass pass;
    private final BlockProgram program;
    private final Session session;
    private final ModelArrays arrays;
    private final ProcessMemory process;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Timing timing;
    private Forward forward = Forward.none("nothing has run forward yet");

    /**
     * The forward pass that awaits its backward pass.
     *
     * @param thread that ran it; null without a forward pass
     * @param y its output; null without a forward pass
     * @param why there is none, for messages
     */
    private record Forward(
            @Nullable Thread thread, @Nullable Tensor y, String why) {
        static Forward none(String why) {
            return new Forward(null, null, why);
        }

        static Forward of(Tensor y) {
            return new Forward(Thread.currentThread(), y, "the last forward pass was another thread's");
        }
    }

    private OpenModel(
            Model model, FeatureShape shape, Pass pass, BlockProgram program, Session session, ProcessMemory process) {
        this.model = model;
        this.shape = shape;
        this.pass = pass;
        this.program = program;
        this.session = session;
        this.arrays = new ModelArrays(model.block(), shape, program, session, turn);
        this.process = process;
    }

    /**
     * Opens a model.
     *
     * @param purpose of the program
     * @param budgetBytes most bytes of all arrays
     * @param results whether memory for one result's tensors must be free too
     */
    static OpenModel of(
            Model model, Engine engine, FeatureShape shape, Purpose purpose, long budgetBytes, boolean results) {
        Block block = model.block();
        shape.check("x", block);
        Admitted<BlockProgram> admitted =
                Admission.of(block, block.kind(), engine, shape, purpose, budgetBytes, results);
        BlockProgram program = admitted.recorded();
        ProcessMemory process = engine.processMemory(admitted.plan()).with(admitted.besideBytes());
        Session session = admitted.open(engine);
        try {
            program.parameters()
                    .forEach((name, b) ->
                            session.write(b, model.weights().get(name).values()));
        } catch (RuntimeException | Error e) {
            session.close();
            throw e;
        }
        return new OpenModel(model, shape, Pass.of(purpose), program, session, process);
    }

    /**
     * The block's output. Needs a model opened with {@link Pass#FORWARD}.
     *
     * @param x in the shape this was opened for
     * @return y, the same shape, in its own memory
     * @throws DataException when x has another shape
     * @throws RefusedException when there is no memory for y
     */
    public Tensor apply(Tensor x) {
        return inTurn(() -> {
            mustBe(Pass.FORWARD);
            FeatureSource features = arrays.given("x", x);
            ModelArrays.mustHave(program.y());
            arrays.fill(program.x(), features);
            timing = session.run();
            return arrays.features(program.y());
        });
    }

    /** Fixes the values without a gradient at those of x, for later runs on other inputs. */
    void hold(Tensor x) {
        inTurn(() -> {
            arrays.fill(program.x(), arrays.given("x", x));
            timing = session.run();
            program.held().forEach((computed, given) -> {
                Tensor values = Tensor.allocate(computed.elements());
                session.read(computed, values.values());
                session.write(given, values.values());
            });
            return timing;
        });
    }

    /**
     * The block's output and the gradients of Σ y·dy. Needs a model opened with {@link Pass#FORWARD_BACKWARD}. Where
     * dy depends on y, as in training, use {@link #forward} and {@link #backward}.
     *
     * @param x in the shape this was opened for
     * @param dy the same shape
     * @throws DataException when either has another shape
     * @throws RefusedException when there is no memory for y and dx
     */
    public Gradients gradient(Tensor x, Tensor dy) {
        return inTurn(() -> {
            mustBe(Pass.FORWARD_BACKWARD);
            FeatureSource features = arrays.given("x", x);
            FeatureSource upstream = arrays.given("dy", dy);
            ModelArrays.mustHave(program.y(), arrays.dx());
            forward = Forward.none("gradient ran since the forward pass");
            arrays.fill(program.x(), features);
            arrays.fill(arrays.dy(), upstream);
            timing = session.run();
            return new Gradients(arrays.features(program.y()), arrays.gradients());
        });
    }

    /**
     * The first half of {@link #gradient}: the block's output, keeping all that {@link #backward} needs. Needs a model
     * opened with {@link Pass#FORWARD_BACKWARD}.
     *
     * @param x in the shape this was opened for
     * @return y, the same shape, in its own memory
     * @throws DataException when x has another shape
     * @throws RefusedException when there is no memory for y
     */
    public Tensor forward(Tensor x) {
        return inTurn(() -> {
            mustBe(Pass.FORWARD_BACKWARD);
            FeatureSource features = arrays.given("x", x);
            ModelArrays.mustHave(program.y());
            forward = Forward.none("the last forward pass failed");
            arrays.fill(program.x(), features);
            timing = session.run(0);
            Tensor y = arrays.features(program.y());
            forward = Forward.of(y);
            return y;
        });
    }

    /**
     * The second half: the gradients of Σ y·dy for the input of this thread's last {@link #forward}. A forward pass has
     * only one backward pass, which overwrites the kept values.
     *
     * @param dy in the shape this was opened for
     * @return the gradients, with the same tensor y that {@link #forward} returned
     * @throws IllegalStateException when this thread has not run forward, or something came between: another thread's
     *     call, {@link #gradient}, {@link #set} or a first backward
     * @throws DataException when dy has another shape
     * @throws RefusedException when there is no memory for dx
     */
    public Gradients backward(Tensor dy) {
        return inTurn(() -> {
            mustBe(Pass.FORWARD_BACKWARD);
            Tensor y = forward.y();
            if (y == null || !Thread.currentThread().equals(forward.thread())) {
                throw new IllegalStateException(
                        "backward needs a forward pass just before, by the same thread: " + forward.why());
            }
            FeatureSource upstream = arrays.given("dy", dy);
            ModelArrays.mustHave(arrays.dx());
            forward = Forward.none("the last forward pass has had its backward pass");
            arrays.fill(arrays.dy(), upstream);
            timing = session.run(1);
            return new Gradients(y, arrays.gradients());
        });
    }

    /**
     * Runs forward and leaves y in the arrays, for {@link #results}. Needs a model opened with {@link Pass#FORWARD}.
     *
     * @throws DataException when x has another shape
     */
    public void run(FeatureSource x) {
        inTurn(() -> {
            mustBe(Pass.FORWARD);
            arrays.fill(program.x(), arrays.checked("x", x));
            timing = session.run();
            return timing;
        });
    }

    /**
     * Runs forward and backward and leaves the gradients in the arrays, for {@link #results}. Needs a model opened with
     * {@link Pass#FORWARD_BACKWARD}.
     *
     * @throws DataException when x or dy has another shape
     */
    public void run(FeatureSource x, FeatureSource dy) {
        inTurn(() -> {
            mustBe(Pass.FORWARD_BACKWARD);
            arrays.checked("x", x);
            arrays.checked("dy", dy);
            forward = Forward.none("gradient ran since the forward pass");
            arrays.fill(program.x(), x);
            arrays.fill(arrays.dy(), dy);
            timing = session.run();
            return timing;
        });
    }

    /**
     * The last run's results in the arrays, in the layout of files, for writing without a copy: {@code y}, or with
     * {@link Pass#FORWARD_BACKWARD} the gradients in the order of {@link Gradients#tensors}. Each is read when it is
     * written, so write them before the next run.
     *
     * @throws IllegalStateException before the first run
     */
    public SequencedMap<String, TensorStream> results() {
        return inTurn(() -> {
            timing();
            return arrays.results(pass);
        });
    }

    /**
     * The number of NaN or infinite values in a buffer, after a run.
     *
     * @param b an input, a parameter or an output of {@link #program}
     */
    public long nonFinite(Buffer b) {
        return inTurn(() -> arrays.nonFinite(b));
    }

    /**
     * The largest logit of the block's softmax for the x of the last run.
     *
     * @throws IllegalStateException before the first run
     */
    public LargestLogit largestLogit() {
        return inTurn(() -> {
            timing();
            AtomicReference<LargestLogit> found = new AtomicReference<>(new LargestLogit(0));
            session.drain(program.x(), array -> found.set(LargestLogit.of(model, shape, array, true)));
            return found.get();
        });
    }

    /**
     * Sets a parameter's values for later runs; the model that this was opened from keeps its own. A forward pass that
     * awaits its backward pass is discarded.
     *
     * @param name of the parameter
     * @param values in the parameter's shape in {@link Weights}; trailing extents of 1 may be left out: [out, in] for
     *     [out, in, 1, 1]
     * @throws IllegalArgumentException when the block has no such parameter, or it has another shape
     */
    public void set(String name, Tensor values) {
        Parameter p = model.block().parameters().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        Line.withArticle(model.block().kind())
                                + " block has no parameter " + name + ", only "
                                + program.parameters().keySet()));
        if (!isShapeOf(p, values.shape())) {
            throw new IllegalArgumentException("parameter %s has shape %s, not %s"
                    .formatted(name, p.fileShape(), Tensor.shapeText(values.shape())));
        }
        inTurn(() -> {
            Buffer b = Objects.requireNonNull(program.parameters().get(name));
            forward = Forward.none("parameter " + name + " was set since the forward pass");
            session.write(b, values.values());
            return b;
        });
    }

    private static boolean isShapeOf(Parameter p, long... given) {
        long[] own = Weights.shapeOf(p);
        return given.length <= own.length
                && Arrays.equals(given, Arrays.copyOf(own, given.length))
                && Arrays.stream(own, given.length, own.length).allMatch(extent -> extent == 1);
    }

    /** The program that runs; {@link #read} takes its buffers. */
    public BlockProgram program() {
        return program;
    }

    /**
     * Copies a buffer out after a run, in the kernels' layout: [B, N, C] row-major.
     *
     * @param b an input, a parameter or an output of {@link #program}
     * @throws DataException when it has more floats than a Java array holds
     * @throws IllegalArgumentException when the buffer belongs to another program
     */
    public float[] read(Buffer b) {
        if (b.elements() > Integer.MAX_VALUE - 8) {
            throw new DataException(
                    "%s %s has %,d floats, more than a Java array holds".formatted(b.name(), b.shape(), b.elements()));
        }
        return inTurn(() -> session.read(b));
    }

    /** The shape it was opened for. */
    public FeatureShape shape() {
        return shape;
    }

    /**
     * The block's statistics, updated by the batch of the last run; see {@link RunningStatistics#after}. The arrays do
     * not change: {@link #set} passes statistics that the block reads to later runs.
     *
     * @param before the statistics before that batch, for example {@link Weights#statistics}
     * @return empty for blocks without statistics
     * @throws IllegalStateException before the first run
     */
    public RunningStatistics statistics(RunningStatistics before) {
        return inTurn(() -> {
            timing();
            SequencedMap<String, Tensor> batch = new LinkedHashMap<>();
            program.statistics().forEach((name, b) -> {
                Tensor values = Tensor.allocate(b.elements());
                session.read(b, values.values());
                batch.put(name, values);
            });
            return before.after(model.block(), batch, Math.multiplyExact(shape.batch(), shape.positions()));
        });
    }

    /** Bytes of the allocated arrays: measured, not predicted. */
    public long bytes() {
        return session.bytes();
    }

    /** The predicted most memory of the process, including these arrays. */
    public ProcessMemory process() {
        return process;
    }

    /**
     * The times of the last run, without bringing tensors in and out; {@link #forward} and {@link #backward} count as
     * separate runs.
     *
     * @throws IllegalStateException before the first
     */
    public Timing timing() {
        return inTurn(() -> {
            // Throws if the session is closed.
            session.bytes();
            if (timing == null) {
                throw new IllegalStateException("nothing has run yet");
            }
            return timing;
        });
    }

    /** Frees the memory after the current call. A second close does nothing. */
    @Override
    public void close() {
        inTurn(() -> {
            forward = Forward.none("it is closed");
            session.close();
            return session;
        });
    }

    private <T> T inTurn(Supplier<T> call) {
        turn.lock();
        try {
            return call.get();
        } finally {
            turn.unlock();
        }
    }

    private void mustBe(Pass needed) {
        session.bytes();
        if (pass != needed) {
            throw new IllegalStateException(
                    needed == Pass.FORWARD
                            ? "opened for gradients; open it with Pass.FORWARD to apply"
                            : "opened for outputs only; open it with Pass.FORWARD_BACKWARD for gradients");
        }
    }
}
