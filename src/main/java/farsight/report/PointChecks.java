package farsight.report;

import farsight.sweep.Point;
import farsight.sweep.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks that a file's points are points that a sweep can produce. */
final class PointChecks {

    private PointChecks() {}

    /** @throws IllegalArgumentException naming the wrong field and its allowed values */
    static void check(Point p) {
        atLeast(1, "batch", p.batch());
        atLeast(1, "positions", p.positions());
        atLeast(1, "channels", p.channels());
        atLeast(0, "latent", p.latent());
        atLeast(0, "parameters", p.parameters());
        atLeast(0, "flops", p.flops());
        atLeast(0, "bytesMoved", p.bytesMoved());
        boolean ok = p.status() == Status.OK;
        atLeast(ok ? 1 : 0, "runs", p.runs());
        int least = ok ? 0 : -1;
        atLeast(least, "predictedBytes", p.predictedBytes());
        atLeast(least, "unsharedBytes", p.unsharedBytes());
        atLeast(least, "measuredBytes", p.measuredBytes());
        atLeast(least, "medianNanos", p.medianNanos());
        atLeast(least, "minNanos", p.minNanos());
        atLeast(least, "firstNanos", p.firstNanos());
        atLeast(-1, "residentBytes", p.residentBytes());
        atLeast(-1, "kernelNanos", p.kernelNanos());
        atLeast(-1, "compileNanos", p.compileNanos());
        if (p.block().isBlank() || p.device().isBlank()) {
            throw new IllegalArgumentException(
                    (p.block().isBlank() ? "block" : "device") + " is empty, expected a name");
        }
    }

    /**
     * The index of a point that repeats an earlier one, and the earlier index; −1 twice if all points differ.
     *
     * @param points of one file, in its order
     */
    static int[] repeated(List<Point> points) {
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < points.size(); i++) {
            Integer before = places.putIfAbsent(points.get(i).key(), i);
            if (before != null) {
                return new int[] {i, before};
            }
        }
        return new int[] {-1, -1};
    }

    private static void atLeast(long least, String name, long value) {
        if (value < least) {
            throw new IllegalArgumentException("%s is %d, expected at least %d".formatted(name, value, least));
        }
    }
}
