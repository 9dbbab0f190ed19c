package farsight.model;

import farsight.block.Block;
import farsight.block.Parameter;
import farsight.data.DataException;
import farsight.data.OutputBatch;
import farsight.data.Safetensors;
import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Statistics that batch norms accumulate over all batches, for inference, under PyTorch's names. They start as mean 0,
 * variance 1, count 0. Each batch of n = B·N values per channel updates them:
 *
 * <pre>
 *   mean ← 0.9·mean + 0.1·μ,   var ← 0.9·var + 0.1·σ²·n/(n − 1),   num_batches_tracked ← + 1
 * </pre>
 *
 * <p>with μ and the biased σ² of the batch: momentum 0.1 and the unbiased variance, as in PyTorch's BatchNorm. For n =
 * 1 there is no unbiased variance; var stays, where PyTorch refuses.
 *
 * <p>The count is one float32 without axes, exact up to 2^24; PyTorch converts it to its integer when it loads a state
 * dict.
 *
 * @param tensors {@code ….running_mean} and {@code ….running_var} [C], {@code ….num_batches_tracked} [] of each norm;
 *     empty for blocks without norms over the batch
 */
public record RunningStatistics(SequencedMap<String, Tensor> tensors) {

    /** The weight of a new batch. */
    public static final float MOMENTUM = 0.1f;

    static final String COUNTER = "num_batches_tracked";

    private static final String MEAN = ".running_mean";
    private static final String VARIANCE = ".running_var";

    /** Makes the map unmodifiable. */
    public RunningStatistics {
        tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
    }

    /** Before the first batch: means 0, variances 1, counts 0. */
    public static RunningStatistics initial(Block block) {
        return of(block, Map.of());
    }

    /** The statistics among tensors whose shapes were checked; initial values for missing ones. */
    static RunningStatistics of(Block block, Map<String, Tensor> given) {
        SequencedMap<String, Tensor> all = new LinkedHashMap<>();
        for (Parameter p : block.statistics()) {
            Tensor tensor = given.get(p.name());
            all.put(p.name(), tensor == null ? initial(p) : Weights.inFileShape(p, tensor));
            if (p.name().endsWith(VARIANCE)) {
                Tensor count = given.get(counter(p.name()));
                all.put(counter(p.name()), count == null ? scalar(0) : scalar(count.get(0)));
            }
        }
        return new RunningStatistics(all);
    }

    /**
     * The statistics in a file whose shapes were checked.
     *
     * @throws DataException when a count is not a single number
     */
    static RunningStatistics read(Block block, SafetensorsFile file, String prefix) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        for (Parameter p : block.statistics()) {
            if (file.contains(prefix + p.name())) {
                found.put(p.name(), file.tensor(prefix + p.name()).copy());
            }
            String counter = counter(p.name());
            if (file.contains(prefix + counter)) {
                found.put(counter, scalar((float) file.counter(prefix + counter)));
            }
        }
        return of(block, found);
    }

    /**
     * The statistics updated by one batch.
     *
     * @param batch mean and biased variance of each norm, under the names of their running counterparts
     * @param count n, values per channel
     */
    public RunningStatistics after(Map<String, Tensor> batch, long count) {
        SequencedMap<String, Tensor> moved = new LinkedHashMap<>();
        tensors.forEach((name, old) -> {
            if (name.endsWith(COUNTER)) {
                moved.put(name, scalar(old.get(0) + 1));
            } else if (name.endsWith(MEAN)) {
                moved.put(name, mixed(old, Objects.requireNonNull(batch.get(name), name), 1));
            } else if (count == 1) {
                moved.put(name, old);
            } else {
                double unbiased = count / (count - 1.0);
                moved.put(name, mixed(old, Objects.requireNonNull(batch.get(name), name), unbiased));
            }
        });
        return new RunningStatistics(moved);
    }

    /**
     * Writes them to a safetensors file.
     *
     * @param prefix see {@link Weights#load(Block, Path, String)}
     * @throws DataException when the file cannot be written; an existing file is kept then
     */
    public void save(Path file, String prefix) {
        Weights.write(file, prefix, tensors);
    }

    /**
     * As {@link #save}, as part of a batch of files.
     *
     * @param prefix see {@link Weights#load(Block, Path, String)}
     * @throws DataException when the file cannot be written
     */
    public void add(OutputBatch batch, Path file, String prefix) {
        Safetensors.add(batch, file, Weights.named(prefix, tensors), new TreeMap<>(), Map.of());
    }

    /** (1 − m)·old + m·factor·now. */
    private static Tensor mixed(Tensor old, Tensor now, double factor) {
        Tensor mixed = Tensor.allocate(old.shape());
        for (long i = 0; i < old.elements(); i++) {
            double value = (1.0 - MOMENTUM) * old.get(i) + MOMENTUM * factor * now.get(i);
            mixed.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
        }
        return mixed;
    }

    private static Tensor initial(Parameter p) {
        Tensor tensor = Tensor.allocate(Weights.shapeOf(p));
        if (p.init() == Parameter.Init.ONE) {
            for (long i = 0; i < tensor.elements(); i++) {
                tensor.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, 1f);
            }
        }
        return tensor;
    }

    private static Tensor scalar(float value) {
        Tensor tensor = Tensor.allocate();
        tensor.values().setAtIndex(ValueLayout.JAVA_FLOAT, 0, value);
        return tensor;
    }

    private static String counter(String statistic) {
        return statistic.substring(0, statistic.lastIndexOf('.') + 1) + COUNTER;
    }
}
