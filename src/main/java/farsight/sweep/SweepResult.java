package farsight.sweep;

import java.util.List;
import java.util.SequencedMap;

/**
 * A sweep, finished or in progress.
 *
 * @param title heading of the page, for example {@code LatentGNN, GC and the full affinity}
 * @param preset name of its preset, or empty
 * @param about facts about the run: label to value, in order (command, device, machine, memory, Java, TornadoVM,
 *     Farsight, date)
 * @param limitBytes memory that the engine or the user's budget allows, for the charts' line
 * @param limitName name of that limit
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
