package farsight.model;

import farsight.block.Parameter;
import farsight.block.Parameterized;
import farsight.block.Statistic;
import farsight.data.DataException;
import farsight.data.OutputBatch;
import farsight.data.Safetensors;
import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import farsight.text.Line;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The numbers that a block or a network keeps over batches ({@link Parameterized#statistics}), under PyTorch's names. Norms over the batch
 * start with mean 0, variance 1, count 0; each batch of n = B·N values per channel updates them:
 *
 * <pre>
 *   mean ← 0.9·mean + 0.1·μ,   var ← 0.9·var + 0.1·σ²·n/(n − 1),   num_batches_tracked ← + 1
 * </pre>
 *
 * <p>with the mean μ and the biased variance σ² of the batch, momentum 0.1 and the unbiased variance, as in PyTorch's
 * BatchNorm. For n = 1 there is no unbiased variance: var stays, where PyTorch refuses. Other statistics are updated
 * with the mean over the samples, by the share of their {@link Statistic}.
 *
 * <p>The count is one float32 without axes, exact up to 2^24; PyTorch converts it to its integer when it loads a state
 * dict.
 *
 * @param tensors {@code ….running_mean} and {@code ….running_var} [C], {@code ….num_batches_tracked} []
 *     of each norm; other statistics in their shapes in files; empty without statistics
 */
public record RunningStatistics(SequencedMap<String, Tensor> tensors) {

    static final String COUNTER = "num_batches_tracked";

    /** Makes the map unmodifiable. */
    public RunningStatistics {
        tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
    }

    /**
     * Before the first batch: means 0, variances 1, counts 0.
     *
     * @throws IllegalArgumentException when they are read as parameters: the {@link Weights} then hold the initial
     *     ones
     */
    public static RunningStatistics initial(Parameterized owner) {
        List<String> kept = owner.statistics().stream().map(Statistic::name).toList();
        if (owner.parameters().stream().anyMatch(p -> kept.contains(p.name()))) {
            throw new IllegalArgumentException("%s belong to the weights of %s; Weights.initial draws them"
                    .formatted(kept, Line.withArticle(owner.title())));
        }
        return of(owner, Map.of());
    }

    /** The statistics among tensors whose shapes were checked; initial values for missing ones. */
    static RunningStatistics of(Parameterized owner, Map<String, Tensor> given) {
        SequencedMap<String, Tensor> all = new LinkedHashMap<>();
        for (Statistic statistic : owner.statistics()) {
            Parameter p = statistic.parameter();
            Tensor tensor = given.get(p.name());
            all.put(p.name(), tensor == null ? initial(p) : Weights.inFileShape(p, tensor));
            if (statistic.variance()) {
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
    static RunningStatistics read(Parameterized owner, SafetensorsFile file, String prefix) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        for (Statistic statistic : owner.statistics()) {
            String name = statistic.name();
            if (file.contains(prefix + name)) {
                found.put(name, file.tensor(prefix + name).copy());
            }
            String counter = counter(name);
            if (file.contains(prefix + counter)) {
                found.put(counter, scalar((float) file.counter(prefix + counter)));
            }
        }
        return of(owner, found);
    }

    /**
     * The statistics updated by one batch.
     *
     * @param owner the block or network that they belong to
     * @param batch the batch's value of each statistic, by name: a norm's mean and biased variance; of others one
     *     tensor, or one per sample
     * @param count n, values per channel
     */
    public RunningStatistics after(Parameterized owner, Map<String, Tensor> batch, long count) {
        SequencedMap<String, Tensor> moved = new LinkedHashMap<>(tensors);
        for (Statistic s : owner.statistics()) {
            if (s.variance()) {
                moved.computeIfPresent(counter(s.name()), (name, old) -> scalar(old.get(0) + 1));
            }
            if (!s.variance() || count > 1) {
                double factor = s.variance() ? count / (count - 1.0) : 1;
                Tensor now = Objects.requireNonNull(batch.get(s.name()), s.name());
                moved.computeIfPresent(s.name(), (name, old) -> mixed(old, now, s.share(), factor));
            }
        }
        return new RunningStatistics(moved);
    }

    /** With these values, after this many more batches. */
    RunningStatistics moved(Map<String, Tensor> now, long batches) {
        SequencedMap<String, Tensor> all = new LinkedHashMap<>();
        tensors.forEach((name, old) -> {
            Tensor value = now.get(name);
            all.put(name, value != null ? value : scalar(old.get(0) + batches));
        });
        return new RunningStatistics(all);
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

    /** (1 − share)·old + share·factor·now; the mean of now over the samples if it has several. */
    private static Tensor mixed(Tensor old, Tensor now, double share, double factor) {
        Tensor mixed = Tensor.allocate(old.shape());
        long samples = now.elements() / old.elements();
        for (long i = 0; i < old.elements(); i++) {
            double sum = 0;
            for (long b = 0; b < samples; b++) {
                sum += now.get(b * old.elements() + i);
            }
            double value = (1 - share) * old.get(i) + share * factor * (sum / samples);
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
