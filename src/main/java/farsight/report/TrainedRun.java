package farsight.report;

import farsight.network.Loss;
import farsight.network.Network;
import farsight.task.Task;
import farsight.train.History;
import farsight.train.LayerCosts;
import farsight.train.TrainingRun;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A training run that ended, with all that its page tells.
 *
 * @param data the samples in words
 * @param task null for a file
 * @param inserted names of the layers that {@code --insert} put into the network
 * @param history of all its steps, also of those before it was resumed
 * @param costs of its layers
 * @param device that ran it
 * @param predictedBytes of the step's arrays
 * @param about command, machine, versions and date
 */
public record TrainedRun(
        TrainingRun.Plan plan,
        String data,
        @Nullable Task task,
        Set<String> inserted,
        TrainingRun.Outcome outcome,
        History history,
        LayerCosts costs,
        String device,
        long predictedBytes,
        SequencedMap<String, String> about) {

    Network network() {
        return plan.network();
    }

    /** Whether the labels are classes. */
    boolean classes() {
        return network().mustHaveLoss() instanceof Loss.CrossEntropy;
    }

    /** The classes' names, or their numbers. */
    static List<String> names(Network network, @Nullable Task task) {
        return task != null
                ? task.classes()
                : IntStream.range(0, Math.toIntExact(network.output().channels()))
                        .mapToObj(k -> "class " + k)
                        .toList();
    }
}
