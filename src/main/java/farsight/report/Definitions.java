package farsight.report;

import farsight.sweep.Point;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Definitions of the figures that a page's points have. */
final class Definitions {

    private Definitions() {}

    static SequencedMap<String, String> of(List<Point> points) {
        SequencedMap<String, String> terms = new LinkedHashMap<>();
        terms.put("N, d, B, C", "Positions, latent nodes, batch, channels.");
        terms.put("Weights", "Numbers that the block learns.");
        terms.put(
                "Predicted",
                "Bytes of all arrays of a point: input, output, weights and everything in between, for pass both also"
                        + " gradients. Computed before anything is allocated.");
        terms.put("Measured", "Bytes of the arrays that were then allocated.");
        terms.put(
                "Without sharing",
                "Bytes predicted if arrays that are never needed at the same time did not share memory.");
        if (PointColumns.tellsResident(points)) {
            terms.put(
                    "Resident",
                    "Peak RAM of the process that measured the point, while measuring: the arrays, the copy of the"
                            + " input, and Java itself with its compiled code.");
        }
        terms.put(
                "Median, min",
                "Wall time of one run, from call to return. Timing starts after warm-up runs, when"
                        + " the JVM's compiler has finished and runs get no faster.");
        if (points.stream().anyMatch(p -> p.kernelNanos() >= 0)) {
            terms.put(
                    "In kernels",
                    "Time that the device spends in kernels, by its own clock; the median of separate runs, because"
                            + " TornadoVM waits for each kernel in them.");
            terms.put(
                    "Launching",
                    "The median less the time in kernels: the time to launch kernels one after the other. Numbers are"
                            + " copied before the first run and stay on the device."
                            + " For a small block it is most of a run.");
        }
        if (points.stream().anyMatch(p -> p.compileNanos() >= 0)) {
            terms.put("Compiling", "The part of the first run spent compiling kernels.");
        }
        terms.put(
                "GFLOP/s",
                "Floating-point operations of a run, counted from its shapes, over the median: 10⁹ per second.");
        terms.put("Refused", "Predicted to exceed a limit, so nothing was allocated; the note names the limit.");
        terms.put(
                "Out-of-memory",
                "Memory ran out although the prediction fitted: on the device, or in the process that measured the"
                        + " point, which the system then ended.");
        terms.put("Failed", "Ended otherwise; the note says how.");
        terms.put("Units", "Decimal: 1 kB is 1,000 bytes, 1 GB is 10⁹ bytes.");
        return terms;
    }
}
