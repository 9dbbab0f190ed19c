package farsight.model;

import farsight.block.Block;
import farsight.block.Parameter;
import farsight.data.DataException;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import farsight.text.Line;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/** The parameters of a block, under the names and in the shapes of its PyTorch state dict. */
public final class Weights {

    private final Block block;
    private final SequencedMap<String, Tensor> tensors;
    private final RunningStatistics statistics;

    Weights(Block block, SequencedMap<String, Tensor> tensors, RunningStatistics statistics) {
        this.block = block;
        this.tensors = Collections.unmodifiableSequencedMap(tensors);
        this.statistics = statistics;
    }

    /**
     * Takes tensors as a block's parameters.
     *
     * @param tensors by name; kept, not copied. Shapes may differ from the parameters' in extents of 1
     * @throws DataException listing every tensor that is missing, misshapen or not a parameter
     */
    public static Weights of(Block block, Map<String, Tensor> tensors) {
        WeightsCheck check = new WeightsCheck(block);
        tensors.forEach((name, tensor) -> check.tensor(name, tensor.shape()));
        check.finish("the weights given");
        SequencedMap<String, Tensor> ours = new LinkedHashMap<>();
        for (Parameter p : block.parameters()) {
            ours.put(p.name(), inFileShape(p, Objects.requireNonNull(tensors.get(p.name()))));
        }
        return new Weights(block, ours, RunningStatistics.of(block, tensors));
    }

    /** As {@link #load(Block, Path, String)}, for a file that holds the block's parameters and nothing else. */
    public static Weights load(Block block, Path file) {
        return load(block, file, "");
    }

    /**
     * Reads a block's parameters from a safetensors file, which may be a checkpoint of a whole network.
     *
     * @param prefix before the names in the file, for example {@code backbone.layer3.nl}; a missing dot at its end is
     *     added. Tensors without the prefix are skipped
     * @throws DataException when the file cannot be read, or listing together every tensor that is missing, misshapen,
     *     not float32, float16 or bfloat16, or not a parameter
     */
    public static Weights load(Block block, Path file, String prefix) {
        return WeightsFile.read(block, file, prefix);
    }

    /**
     * Checks the names and shapes in a file as {@link #load(Block, Path, String)} does, without reading numbers.
     *
     * @param prefix before the names in the file
     * @throws DataException as load does
     */
    public static void check(Block block, Path file, String prefix) {
        WeightsFile.check(block, file, prefix);
    }

    /** The papers' initial values for training: gates and last convolutions are 0, so most blocks are the identity. */
    public static Weights initial(Block block, long seed) {
        return of(block, WeightsDraw.initial(block, seed));
    }

    /**
     * Random values of a reasonable scale, none of them zero, so that every part of the block contributes: for trials
     * and measurements.
     */
    public static Weights random(Block block, long seed) {
        return of(block, WeightsDraw.random(block, seed));
    }

    /** The block they belong to. */
    public Block block() {
        return block;
    }

    /** By name, in the PyTorch module's order and shapes; the map cannot be changed. */
    public SequencedMap<String, Tensor> tensors() {
        return tensors;
    }

    /**
     * One parameter.
     *
     * @throws IllegalArgumentException when the block has no parameter of that name
     */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    Line.withArticle(block.kind()) + " block has no parameter " + name + ", only " + tensors.keySet());
        }
        return tensor;
    }

    /** The statistics over batches: those loaded with the weights, or else the initial ones. */
    public RunningStatistics statistics() {
        return statistics;
    }

    /**
     * The same weights with other running statistics, which also replace the parameters of the same names.
     *
     * @throws IllegalArgumentException when the statistics belong to another block
     */
    public Weights withStatistics(RunningStatistics newStatistics) {
        if (!newStatistics.tensors().keySet().equals(statistics.tensors().keySet())) {
            throw new IllegalArgumentException("running statistics %s do not fit %s"
                    .formatted(newStatistics.tensors().keySet(), block));
        }
        SequencedMap<String, Tensor> moved = new LinkedHashMap<>(tensors);
        newStatistics.tensors().forEach((name, t) -> moved.computeIfPresent(name, (n, old) -> t));
        return new Weights(block, moved, newStatistics);
    }

    /** Number of values, with the statistics that the block reads. */
    public long elements() {
        return tensors.values().stream().mapToLong(Tensor::elements).sum();
    }

    /** Number of values that are NaN or infinite. */
    public long nonFinite() {
        return tensors.values().stream().mapToLong(Tensor::nonFinite).sum();
    }

    /**
     * Writes them to a safetensors file that {@link #load} reads and PyTorch can load as a state dict.
     *
     * @throws DataException when the file cannot be written; an existing file is kept then
     */
    public void save(Path file) {
        save(file, "");
    }

    /**
     * As above with a prefix before each name, as inside a network. The running statistics of norms over the batch are
     * written too, as in a PyTorch module.
     *
     * @param prefix see {@link #load(Block, Path, String)}
     * @throws DataException when the file cannot be written; an existing file is kept then
     */
    public void save(Path file, String prefix) {
        SequencedMap<String, Tensor> all = new LinkedHashMap<>(tensors);
        all.putAll(statistics.tensors());
        write(file, prefix, all);
    }

    static void write(Path file, String prefix, SequencedMap<String, Tensor> tensors) {
        Safetensors.write(file, named(prefix, tensors), Map.of());
    }

    /** The tensors with a prefix before each name. */
    static SequencedMap<String, Tensor> named(String prefix, SequencedMap<String, Tensor> tensors) {
        String before = WeightsFile.prefix(prefix);
        SequencedMap<String, Tensor> named = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> named.put(before + name, tensor));
        return named;
    }

    static Tensor inFileShape(Parameter p, Tensor tensor) {
        long[] shape = shapeOf(p);
        return Arrays.equals(shape, tensor.shape()) ? tensor : tensor.reshape(shape);
    }

    static long[] shapeOf(Parameter p) {
        return p.fileShape().stream().mapToLong(Long::longValue).toArray();
    }
}
