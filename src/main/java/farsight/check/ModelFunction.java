package farsight.check;

import farsight.block.Parameter;
import farsight.block.Pass;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.model.FeatureShape;
import farsight.model.Model;
import farsight.model.OpenModel;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A block on an engine as a function of its input {@code x} and of every trained parameter. Values without a gradient
 * by design are held fixed at the point. The arrays of the two passes are never held at once. Used by one thread.
 */
public final class ModelFunction implements Differentiable, AutoCloseable {

    private final Model model;
    private final Engine engine;
    private final FeatureShape shape;
    private final long budgetBytes;
    private final SequencedMap<String, Tensor> point = new LinkedHashMap<>();
    private @Nullable OpenModel forward;

    /**
     * @param x point of evaluation, in a shape of {@link FeatureShape}
     * @param budgetBytes the most that the arrays of a pass may take; {@link Model#UNLIMITED} for what the engine can
     *     hold
     */
    public ModelFunction(Model model, Engine engine, Tensor x, long budgetBytes) {
        this.model = model;
        this.engine = engine;
        this.shape = FeatureShape.of("x", x.shape());
        this.budgetBytes = budgetBytes;
        point.put("x", x);
        model.block().parameters().stream()
                .filter(Parameter::trained)
                .forEach(p -> point.put(p.name(), model.weights().get(p.name())));
    }

    @Override
    public SequencedMap<String, Tensor> point() {
        return Collections.unmodifiableSequencedMap(point);
    }

    /**
     * {@inheritDoc}
     *
     * @throws RefusedException when a forward pass would not fit; nothing was allocated then
     */
    @Override
    public Tensor outputAt(String name, Tensor value) {
        OpenModel open = forward();
        if (name.equals("x")) {
            return open.apply(value);
        }
        open.set(name, value);
        try {
            return open.apply(value("x"));
        } finally {
            open.set(name, value(name));
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws RefusedException when forward and backward would not fit; nothing was allocated then
     */
    @Override
    public SequencedMap<String, Tensor> gradients(Tensor u) {
        close();
        try (OpenModel open = model.open(engine, shape, Pass.FORWARD_BACKWARD, budgetBytes)) {
            return open.gradient(value("x"), u).tensors();
        }
    }

    private Tensor value(String name) {
        return Objects.requireNonNull(point.get(name), name);
    }

    private OpenModel forward() {
        if (forward == null) {
            forward = model.openHeld(engine, value("x"), budgetBytes);
        }
        return forward;
    }

    @Override
    public void close() {
        if (forward != null) {
            forward.close();
            forward = null;
        }
    }
}
