package farsight.report;

import farsight.sweep.Point;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** What the figures of a page mean: a definition for each that its points have. */
final class Definitions {

    private Definitions() {}

    static SequencedMap<String, String> of(List<Point> points) {
        SequencedMap<String, String> terms = new LinkedHashMap<>();
        terms.put("N, d, B, C", "Positions, latent nodes, batch, channels.");
        terms.put("Weights", "Numbers that the block learns.");
        terms.put(
                "Predicted",
                "Bytes of all arrays of a point: input, output, weights and everything in between, gradients too where"
                        + " the pass is both. Computed before anything is allocated.");
        terms.put("Measured", "Bytes of the arrays that were then allocated.");
        terms.put(
                "Without sharing",
                "What it would have been if no two arrays that are never needed together shared their memory.");
        if (PointColumns.tellsResident(points)) {
            terms.put(
                    "Resident",
                    "The most memory that the process which measured the point had in RAM while it did: the arrays, the"
                            + " copy of its input, and Java itself with what it compiles.");
        }
        terms.put(
                "Median, min",
                "Wall time of one run, from call to return. Before the clock counts, the block runs until"
                        + " the JVM's compiler is done with it and runs get no faster.");
        if (points.stream().anyMatch(p -> p.kernelNanos() >= 0)) {
            terms.put(
                    "In kernels",
                    "What the device spends in kernels, by its own clock; the median of runs that are measured for that"
                            + " alone, as TornadoVM then waits for each kernel.");
            terms.put(
                    "Launching",
                    "The median less the time in kernels: what it takes to launch them one after the other. Numbers are"
                            + " copied before the first run and stay on the device."
                            + " Of a small block it is most of a run.");
        }
        if (points.stream().anyMatch(p -> p.compileNanos() >= 0)) {
            terms.put("Compiling", "The part of the first run spent compiling kernels.");
        }
        terms.put(
                "GFLOP/s",
                "Floating-point operations of a run, counted from its shapes, over the median: 10⁹ a second.");
        terms.put("Refused", "Predicted to exceed a limit, so nothing was allocated; the note names the limit.");
        terms.put(
                "Out-of-memory",
                "The prediction fitted, and memory ran out nevertheless: of the device, or of the process that measured the"
                        + " point, which the system then ended.");
        terms.put("Failed", "Ended otherwise; the note says how.");
        terms.put("Units", "Decimal: 1 kB is 1,000 bytes, 1 GB is 10⁹ bytes.");
        return terms;
    }
}
