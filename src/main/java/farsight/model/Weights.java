package farsight.model;

import farsight.block.Parameter;
import farsight.block.Parameterized;
import farsight.data.DataException;
import farsight.data.OutputBatch;
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
import java.util.TreeMap;

/** The parameters of a block or a network, under the names and in the shapes of its PyTorch state dict. */
public final class Weights {

    /** The metadata of a training run's checkpoint that tells its steps. */
    public static final String STEP = "farsight.step";

    private final Parameterized owner;
    private final SequencedMap<String, Tensor> tensors;
    private final RunningStatistics statistics;

    Weights(Parameterized owner, SequencedMap<String, Tensor> tensors, RunningStatistics statistics) {
        this.owner = owner;
        this.tensors = Collections.unmodifiableSequencedMap(tensors);
        this.statistics = statistics;
    }

    /**
     * Takes tensors as the parameters of a block or a network.
     *
     * @param tensors by name; kept, not copied. Shapes may differ from the parameters' in extents of 1
     * @throws DataException listing every tensor that is missing, misshapen or not a parameter
     */
    public static Weights of(Parameterized owner, Map<String, Tensor> tensors) {
        return of(owner, tensors, "the weights given");
    }

    /**
     * As above.
     *
     * @param what names the tensors' source in messages
     */
    public static Weights of(Parameterized owner, Map<String, Tensor> tensors, String what) {
        WeightsCheck check = new WeightsCheck(owner, false);
        tensors.forEach((name, tensor) -> check.tensor(name, tensor.shape()));
        check.finish(what);
        SequencedMap<String, Tensor> ours = new LinkedHashMap<>();
        for (Parameter p : owner.parameters()) {
            ours.put(p.name(), inFileShape(p, Objects.requireNonNull(tensors.get(p.name()))));
        }
        return new Weights(owner, ours, RunningStatistics.of(owner, tensors));
    }

    /** As {@link #load(Block, Path, String)}, for a file that holds the parameters and nothing else. */
    public static Weights load(Parameterized owner, Path file) {
        return load(owner, file, "");
    }

    /**
     * Reads parameters from a safetensors file, which may be a checkpoint of a larger network.
     *
     * @param prefix before the names in the file, for example {@code backbone.layer3.nl}; a missing dot at its end is
     *     added. Tensors without the prefix are skipped
     * @throws DataException when the file cannot be read, or listing together every tensor that is missing, misshapen,
     *     not float32, float16 or bfloat16, or not a parameter
     */
    public static Weights load(Parameterized owner, Path file, String prefix) {
        return WeightsFile.read(owner, file, prefix);
    }

    /**
     * Checks the names and shapes in a file as {@link #load(Block, Path, String)} does, without reading numbers.
     *
     * @param prefix before the names in the file
     * @throws DataException as load does
     */
    public static void check(Parameterized owner, Path file, String prefix) {
        WeightsFile.check(owner, file, prefix);
    }

    /** The papers' initial values for training: gates and last convolutions are 0, so most blocks are the identity. */
    public static Weights initial(Parameterized owner, long seed) {
        return of(owner, WeightsDraw.initial(owner, seed));
    }

    /**
     * Random values of a reasonable scale, none of them zero, so that every part contributes: for trials
     * and measurements.
     */
    public static Weights random(Parameterized owner, long seed) {
        return of(owner, WeightsDraw.random(owner, seed));
    }

    /** The block or network they belong to. */
    public Parameterized owner() {
        return owner;
    }

    /** By name, in the PyTorch module's order and shapes; the map cannot be changed. */
    public SequencedMap<String, Tensor> tensors() {
        return tensors;
    }

    /** The state dict: {@link #tensors} and {@link #statistics} by name. */
    public SequencedMap<String, Tensor> all() {
        SequencedMap<String, Tensor> all = new LinkedHashMap<>(tensors);
        all.putAll(statistics.tensors());
        return all;
    }

    /**
     * One parameter.
     *
     * @throws IllegalArgumentException when there is no parameter of that name
     */
    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    Line.withArticle(owner.title()) + " has no parameter " + name + ", only " + tensors.keySet());
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
     * @throws IllegalArgumentException when the statistics belong to another owner
     */
    public Weights withStatistics(RunningStatistics newStatistics) {
        if (!newStatistics.tensors().keySet().equals(statistics.tensors().keySet())) {
            throw new IllegalArgumentException("running statistics %s do not fit %s"
                    .formatted(newStatistics.tensors().keySet(), owner));
        }
        SequencedMap<String, Tensor> moved = new LinkedHashMap<>(tensors);
        newStatistics.tensors().forEach((name, t) -> moved.computeIfPresent(name, (n, old) -> t));
        return new Weights(owner, moved, newStatistics);
    }

    /**
     * The weights after some batches.
     *
     * @param now every parameter, by name
     * @param kept every statistic, by name
     * @param batches how many batches moved the statistics
     */
    public Weights moved(Map<String, Tensor> now, Map<String, Tensor> kept, long batches) {
        SequencedMap<String, Tensor> all = new LinkedHashMap<>(tensors);
        now.forEach((name, t) -> all.computeIfPresent(name, (_, _) -> t));
        return new Weights(owner, all, statistics.moved(kept, batches));
    }

    /** Number of values, with the statistics that are read. */
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
        write(file, prefix, all());
    }

    /** As {@link #save(Path)}, as part of a batch of files. */
    public void add(OutputBatch batch, Path file) {
        Safetensors.add(batch, file, all(), new TreeMap<>(), Map.of());
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
