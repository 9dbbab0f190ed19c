package farsight.sweep;

import java.util.List;
import java.util.SequencedMap;

/**
 * A finished sweep, or one in progress.
 *
 * @param title a line for the head of the page, for example {@code LatentGNN, GC and the full affinity}
 * @param preset name of the preset it came from, or empty
 * @param about what was run, where and with which command: label to value, in order (command,
 *     device, machine, memory, Java, TornadoVM, Farsight, date)
 * @param limitBytes memory that the engine or the user's budget allows, for the charts' line
 * @param limitName what that limit is
 * @param points every point, in the order it was run
 */
public record SweepResult(
        String title,
        String preset,
        SequencedMap<String, String> about,
        long limitBytes,
        String limitName,
        List<Point> points) {

    /** Copies the points. */
    public SweepResult {
        points = List.copyOf(points);
    }
}
