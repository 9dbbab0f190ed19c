package farsight.train;

import farsight.block.Parameter;
import farsight.data.DataException;
import farsight.data.OutputBatch;
import farsight.data.Safetensors;
import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import farsight.model.Weights;
import farsight.network.Network;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * All that a run needs to go on: a checkpoint.
 *
 * @param weights with the running statistics
 * @param moments of the optimizer, by names such as {@code optimizer.momentum.conv1.weight}, in the weights' shapes
 * @param step steps done
 * @param seed of dropout and of the data
 */
public record TrainingState(Weights weights, SequencedMap<String, Tensor> moments, long step, long seed) {

    private static final String SEED = "farsight.seed";

    /** Makes the map unmodifiable. */
    public TrainingState {
        moments = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(moments));
    }

    /** Before the first step: the moments are 0. */
    public static TrainingState initial(Weights weights, long seed) {
        return new TrainingState(weights, new LinkedHashMap<>(), 0, seed);
    }

    /** Adds the checkpoint to a batch of files. */
    void add(OutputBatch batch, Path file) {
        SequencedMap<String, Tensor> all = weights.all();
        all.putAll(moments);
        Safetensors.add(
                batch,
                file,
                all,
                new TreeMap<>(),
                Map.of(Weights.STEP, String.valueOf(step), SEED, String.valueOf(seed)));
    }

    /**
     * Writes the checkpoint beside the file and moves it into place.
     *
     * @throws DataException when it cannot be written; an existing file is kept then
     */
    public void save(Path file) {
        try (OutputBatch batch = new OutputBatch()) {
            add(batch, file);
            batch.commit();
        }
    }

    /**
     * Reads a checkpoint.
     *
     * @throws DataException when it cannot be read, or is not of this network and optimizer
     */
    public static TrainingState load(Path file, Network network) {
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            long step = number(read, file, Weights.STEP);
            long seed = number(read, file, SEED);
            SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
            SequencedMap<String, Tensor> moments = new LinkedHashMap<>();
            for (String name : read.names()) {
                Tensor tensor = read.tensor(name).copy();
                if (tensor.nonFinite() > 0) {
                    throw new DataException(
                            "%s is damaged: %s holds %,d of %,d values that are NaN or infinite, which no checkpoint does"
                                    .formatted(file, name, tensor.nonFinite(), tensor.elements()));
                }
                (name.startsWith(Moments.PREFIX) ? moments : tensors).put(name, tensor);
            }
            if (step > 0) {
                check(file, network, moments);
            }
            return new TrainingState(Weights.of(network, tensors, file.toString()), moments, step, seed);
        }
    }

    private static void check(Path file, Network network, SequencedMap<String, Tensor> moments) {
        List<String> expected = Moments.names(network.mustHaveOptimizer()).stream()
                .flatMap(moment -> network.parameters().stream()
                        .filter(Parameter::trained)
                        .map(p -> Moments.name(moment, p.name())))
                .toList();
        if (moments.isEmpty() != expected.isEmpty() || !expected.containsAll(moments.keySet())) {
            throw new DataException(
                    "%s was made by another optimizer: it holds %s; resume with the network's spec that began the run"
                            .formatted(
                                    file,
                                    moments.isEmpty()
                                            ? "no moments"
                                            : moments.firstEntry().getKey()));
        }
    }

    private static long number(SafetensorsFile file, Path path, String key) {
        String text = file.metadata().get(key);
        try {
            return Long.parseLong(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw new DataException(
                    "%s is no checkpoint of a training run: its metadata has %s = %s, expected a whole number"
                            .formatted(path, key, text),
                    e);
        }
    }
}
