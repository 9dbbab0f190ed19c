package farsight.model;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Parameter;
import farsight.block.Pass;
import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.data.TensorStream;
import farsight.engine.HostMemory;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.program.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** Features and gradients, into the arrays of a session and out of them, between the layouts of files and of kernels. */
final class ModelArrays {

    private final Block block;
    private final FeatureShape shape;
    private final BlockProgram program;
    private final Session session;
    private final ReentrantLock turn;

    /**
     * @param turn held while a stream of {@link #results} reads; callers of the other methods hold it themselves
     */
    ModelArrays(Block block, FeatureShape shape, BlockProgram program, Session session, ReentrantLock turn) {
        this.block = block;
        this.shape = shape;
        this.program = program;
        this.session = session;
        this.turn = turn;
    }

    /** The upstream gradient. */
    Buffer dy() {
        return Objects.requireNonNull(program.dy());
    }

    /** The gradient of x. */
    Buffer dx() {
        return Objects.requireNonNull(program.dx());
    }

    private List<Parameter> trained() {
        return block.parameters().stream().filter(Parameter::trained).toList();
    }

    private Buffer gradient(Parameter p) {
        return Objects.requireNonNull(program.gradients().get(p.name()));
    }

    /** The gradients of x and of the trained parameters, in memory of their own. */
    SequencedMap<String, Tensor> gradients() {
        SequencedMap<String, Tensor> all = new LinkedHashMap<>();
        all.put("x", features(dx()));
        for (Parameter p : trained()) {
            Tensor gradient = Tensor.allocate(Weights.shapeOf(p));
            session.read(gradient(p), gradient.values());
            all.put(p.name(), gradient);
        }
        return all;
    }

    /** A tensor of the right shape as features. */
    FeatureSource given(String name, Tensor tensor) {
        if (!Arrays.equals(tensor.shape(), shape.toArray())) {
            throw new DataException(
                    "%s has shape %s, expected %s".formatted(name, Tensor.shapeText(tensor.shape()), shape));
        }
        return FeatureSource.of(name, tensor);
    }

    /** Features of the right shape. */
    FeatureSource checked(String name, FeatureSource given) {
        if (!given.shape().equals(shape)) {
            throw new DataException("%s has shape %s, expected %s".formatted(name, given.shape(), shape));
        }
        return given;
    }

    /** Writes features into an array. */
    void fill(Buffer b, FeatureSource features) {
        session.fill(b, features::fill);
    }

    /** Refuses before computing when there is no memory for a result's tensors. */
    static void mustHave(Buffer... results) {
        long bytes = Arrays.stream(results).mapToLong(b -> b.shape().bytes()).sum();
        HostMemory.refusal(bytes).ifPresent(why -> {
            throw new RefusedException("the tensors of the result were refused: " + why);
        });
    }

    /** The features in an array, in memory of their own. */
    Tensor features(Buffer b) {
        Tensor tensor = Tensor.allocate(shape.toArray());
        session.drain(
                b,
                array -> LayoutTransposition.transpose(
                        array, tensor.values(), shape.batch(), shape.positions(), shape.channels()));
        return tensor;
    }

    /** See {@link OpenModel#results}. */
    SequencedMap<String, TensorStream> results(Pass pass) {
        SequencedMap<String, TensorStream> all = new LinkedHashMap<>();
        if (pass == Pass.FORWARD) {
            all.put("y", stream(program.y()));
            return all;
        }
        all.put("x", stream(dx()));
        for (Parameter p : trained()) {
            Buffer b = gradient(p);
            all.put(p.name(), new TensorStream(Weights.shapeOf(p), sink -> drained(b, array -> sink.accept(array))));
        }
        return all;
    }

    private TensorStream stream(Buffer b) {
        return new TensorStream(
                shape.toArray(),
                sink -> drained(
                        b,
                        array -> LayoutTransposition.transpose(
                                array, sink::accept, shape.batch(), shape.positions(), shape.channels())));
    }

    /** Reads an array with a reader that may fail to write. */
    private void drained(Buffer b, LayoutTransposition.Sink reader) throws IOException {
        try {
            turn.lock();
            try {
                session.drain(b, array -> {
                    try {
                        reader.write(array);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            } finally {
                turn.unlock();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** See {@link OpenModel#nonFinite}. */
    long nonFinite(Buffer b) {
        AtomicLong count = new AtomicLong();
        session.drain(b, array -> count.set(new Tensor(new long[] {b.elements()}, array).nonFinite()));
        return count.get();
    }
}
