package farsight.model;

import farsight.block.Block;
import farsight.block.Pass;
import farsight.block.spec.SpecException;
import farsight.data.DataException;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.RefusedException;
import farsight.tape.Purpose;
import java.nio.file.Path;

/**
 * A block and its weights.
 *
 * @param block the computation
 * @param weights its parameters
 */
public record Model(Block block, Weights weights) {

    /** No limit on memory but the engine's own. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /**
     * Checks that they belong together.
     *
     * @throws IllegalArgumentException when the weights belong to another block
     */
    public Model {
        if (!weights.owner().equals(block)) {
            throw new IllegalArgumentException("weights of " + weights.owner() + " do not fit " + block);
        }
    }

    /**
     * Reads a block's spec and its weights.
     *
     * @param spec JSON, see {@link farsight.block.BlockSpec}
     * @param weights safetensors with the block's parameters and nothing else
     * @throws SpecException when the spec is not valid
     * @throws DataException when a file cannot be read, or the weights do not fit the spec
     */
    public static Model load(Path spec, Path weights) {
        return load(spec, weights, "");
    }

    /**
     * As above, from a checkpoint of a whole network.
     *
     * @param prefix see {@link Weights#load(Block, Path, String)}
     */
    public static Model load(Path spec, Path weights, String prefix) {
        Block block = SpecFile.read(spec);
        return new Model(block, Weights.load(block, weights, prefix));
    }

    /** A block with weights as {@link Weights#random} draws them. */
    public static Model random(Block block, long seed) {
        return new Model(block, Weights.random(block, seed));
    }

    /**
     * The block's output.
     *
     * @param x in a shape of {@link FeatureShape}
     * @return y, in the shape of x and in its own memory
     * @throws DataException when x has another number of axes or channels
     * @throws RefusedException when it would exceed what the engine can hold; nothing was allocated then
     */
    public Tensor apply(Engine engine, Tensor x) {
        try (OpenModel open = OpenModel.of(this, engine, shape(x), Purpose.RESULT, UNLIMITED, true)) {
            return open.apply(x);
        }
    }

    /**
     * The block's output, and the gradients of Σ y·dy for x and every parameter.
     *
     * @param x in a shape of {@link FeatureShape}
     * @param dy upstream gradient, in the shape of x
     * @throws DataException when x has another number of axes or channels, or dy another shape than x
     * @throws RefusedException when it would exceed what the engine can hold; nothing was allocated then
     */
    public Gradients gradient(Engine engine, Tensor x, Tensor dy) {
        try (OpenModel open = OpenModel.of(this, engine, shape(x), Purpose.BACKWARD, UNLIMITED, true)) {
            return open.gradient(x, dy);
        }
    }

    /**
     * Allocates the arrays for one shape and loads the weights. On TornadoVM devices the first run compiles the
     * kernels, so one open model should serve many runs.
     *
     * @param pass {@link Pass#FORWARD} to apply, {@link Pass#FORWARD_BACKWARD} for gradients
     * @param budgetBytes the most that all arrays together may take; {@link #UNLIMITED} for what the engine can hold
     * @throws DataException when the shape's channels differ from the block's
     * @throws RefusedException when it would exceed the budget or what the engine can hold; nothing was allocated then
     */
    public OpenModel open(Engine engine, FeatureShape shape, Pass pass, long budgetBytes) {
        return OpenModel.of(this, engine, shape, pass.purpose(), budgetBytes, false);
    }

    /**
     * As {@link #open} for a forward pass whose {@link farsight.block.AttentionFactors} can be read afterwards.
     *
     * @throws DataException when the shape's channels differ from the block's
     * @throws RefusedException when it would exceed the budget or what the engine can hold
     */
    public OpenModel openInspected(Engine engine, FeatureShape shape, long budgetBytes) {
        return OpenModel.of(this, engine, shape, Purpose.INSPECTION, budgetBytes, false);
    }

    /**
     * As {@link #open} for a forward pass whose differences are compared with gradients: values without a gradient
     * ({@link farsight.tape.Tape#detached}) are held fixed at those of x.
     *
     * @throws DataException when the channels of x differ from the block's
     * @throws RefusedException when it would exceed the budget or what the engine can hold
     */
    public OpenModel openHeld(Engine engine, Tensor x, long budgetBytes) {
        OpenModel open = OpenModel.of(this, engine, shape(x), Purpose.DIFFERENCES, budgetBytes, false);
        try {
            open.hold(x);
            return open;
        } catch (RuntimeException | Error e) {
            open.close();
            throw e;
        }
    }

    private static FeatureShape shape(Tensor x) {
        return FeatureShape.of("x", x.shape());
    }
}
