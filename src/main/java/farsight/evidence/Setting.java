package farsight.evidence;

import farsight.engine.Bytes;
import farsight.network.Network;
import farsight.task.Task;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Where variants are compared: a task, the network without blocks, and what training they get. Either all take the same
 * number of steps, or steps for the same time; either all have the same batch, or the largest whose step fits the same
 * memory.
 *
 * @param label in tables and charts
 * @param need what the task asks of a block, one of {@link Quality#NEEDS}
 * @param task of samples
 * @param drawn hash of the labels of the task's first held-out samples
 * @param network without blocks, for the task's samples
 * @param metric that tells quality
 * @param batch samples a step; with {@code memory} the most
 * @param steps of the training; with {@code seconds} the most
 * @param seconds of training that each variant gets, by its measured step
 * @param memory bytes of a step's arrays that each variant may take
 * @param places the network's own names of places, by those that the variants have, such as {@code last}
 * @param without labels of variants that are left out, because they do not fit the task
 */
public record Setting(
        String label,
        String need,
        Task task,
        String drawn,
        Network network,
        Metric metric,
        int batch,
        long steps,
        OptionalDouble seconds,
        OptionalLong memory,
        Map<String, String> places,
        List<String> without) {

    /** Copies the map and the list. */
    public Setting {
        places = Map.copyOf(places);
        without = List.copyOf(without);
    }

    /** What training the variants get, in words. */
    public String training() {
        String length = seconds.isPresent()
                ? "%.3g s of training".formatted(seconds.getAsDouble())
                : "%,d steps".formatted(steps);
        return memory.isPresent()
                ? "%s, the largest batch whose step fits %s".formatted(length, Bytes.text(memory.getAsLong()))
                : "%s of %d samples".formatted(length, batch);
    }
}
