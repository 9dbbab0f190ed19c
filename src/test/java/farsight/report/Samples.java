package farsight.report;

import farsight.block.Pass;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.UnaryOperator;

/** Realistic sweep results for tests. */
final class Samples {

    static final long LIMIT = 25_200_000_000L;
    private static final int C = 64;

    private Samples() {}

    /** Dense N² growth, refused at 65,536; Non-local; LatentGNN for three d up to 262,144; GC. */
    static SweepResult realistic(boolean kernels) {
        List<Point> points = new ArrayList<>();
        for (long n = 1024; n <= 262_144; n *= 4) {
            points.add(point("dense", n, 0, kernels));
            points.add(point("nonlocal", n, 0, kernels));
            for (int d : new int[] {16, 64, 128}) {
                points.add(point("latentgnn", n, d, kernels));
            }
            points.add(point("gc", n, 0, kernels));
        }
        return sweep("", points);
    }

    /** The preset of the talk: its N = 500×500 beside smaller ones. */
    static SweepResult talk() {
        List<Point> points = new ArrayList<>();
        for (long n : new long[] {10_000, 40_000, 90_000, 160_000, 250_000}) {
            points.add(point("dense", n, 0, false));
            points.add(point("latentgnn", n, 64, false));
            points.add(point("latentgnn", n, 100, false));
        }
        return sweep("talk", points);
    }

    static SweepResult sweep(String preset, List<Point> points) {
        LinkedHashMap<String, String> about = new LinkedHashMap<>();
        about.put("command", "farsight sweep --n 1024:262144:x4 --d 16,64,128 --output out");
        about.put("device", "vector: 16 threads, 512-bit vectors");
        about.put("machine", "x86-64, 16 cores");
        about.put("memory", "33.6 GB");
        about.put("Java", "25.0.1");
        about.put("date", "2026-01-01T12:00:00Z");
        return new SweepResult(
                "LatentGNN, GC and the full affinity", preset, about, LIMIT, "free memory of this machine", points);
    }

    /** A point with plausible figures, refused where it exceeds {@link #LIMIT}. */
    static Point point(String block, long n, int d, boolean kernels) {
        long floats = switch (block) {
            case "dense" -> n * n + 3 * n * C;
            case "nonlocal" -> 2 * n * n + 4 * n * C;
            case "gc" -> 2 * n * C + n + 3 * C;
            default -> 4 * n * C + 2 * n * d + 3L * d * C;
        };
        long flops = switch (block) {
            case "dense" -> 4 * n * n * C;
            case "nonlocal" -> 6 * n * n * C;
            case "gc" -> 6 * n * C;
            default -> 4 * n * C * C + 8 * n * C * d;
        };
        String spec = d > 0
                ? "{\"block\":\"%s\",\"channels\":64,\"latentDims\":[%d]}".formatted(block, d)
                : "{\"block\":\"%s\",\"channels\":64}".formatted(block);
        long bytes = 4 * floats;
        boolean array = n * n > Integer.MAX_VALUE && (block.equals("dense") || block.equals("nonlocal"));
        boolean refused = bytes > LIMIT || array;
        String message = !refused
                ? ""
                : array
                        ? "A [%d, %d] needs %,d floats in one array; one array can have at most 2,147,483,639 here"
                                .formatted(n, n, n * n)
                        : "needs more than there is";
        long nanos = 30_000 + flops / 40;
        return new Point(
                block,
                spec,
                1,
                n,
                C,
                d,
                Pass.FORWARD_BACKWARD,
                "vector",
                refused ? Status.REFUSED : Status.OK,
                message,
                4096,
                flops,
                3 * bytes,
                bytes,
                bytes * 2,
                refused ? -1 : bytes,
                refused ? -1 : bytes + 5_000_000,
                refused ? 0 : 5,
                refused ? -1 : nanos,
                refused ? -1 : nanos * 9 / 10,
                refused || !kernels ? -1 : nanos * 2 / 3,
                refused ? -1 : nanos * 3,
                refused || !kernels ? -1 : 200_000_000);
    }

    /** The same point, not run, with this status and message. */
    static Point with(Point p, Status status, String message) {
        Point changed = set(set(p, "status", status.toString()), "message", message);
        for (String figure : List.of(
                "measuredBytes",
                "residentBytes",
                "medianNanos",
                "minNanos",
                "kernelNanos",
                "firstNanos",
                "compileNanos")) {
            changed = set(changed, figure, "-1");
        }
        return set(changed, "runs", "0");
    }

    /** The same point of a block with another name, whatever is in it. */
    static Point named(Point p, String name) {
        return set(p, "block", Formulas.neutral(name));
    }

    /** The same point with one field changed. */
    static Point set(Point p, String field, String value) {
        List<String> fields = new ArrayList<>(PointRow.fields(p));
        fields.set(PointRow.NAMES.indexOf(field), value);
        return PointRow.point(fields);
    }

    static SweepResult mapped(SweepResult sweep, UnaryOperator<Point> change) {
        return sweep(sweep.preset(), sweep.points().stream().map(change).toList());
    }
}
