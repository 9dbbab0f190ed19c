package farsight.report;

import farsight.block.Pass;
import farsight.report.chart.Lines;
import farsight.report.chart.Lines.Line;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the points of a sweep with the claim of the LatentGNN talk (ICML 2019) that the full affinity of a grid of
 * 500×500 cells needs 500 GB.
 */
final class TalkClaim {

    private static final long SIDE = 500;
    private static final long N = SIDE * SIDE;

    private TalkClaim() {}

    /** The claim in words, with its arithmetic. */
    static String claim() {
        long pairs = Math.multiplyExact(N, N);
        return "The talk says that a full affinity over a grid of %d×%d cells needs %s. It has N = %s positions and %s² = %s entries: %s in float64 (%d bytes per entry), %s in float32 (%d bytes, as here)."
                .formatted(
                        SIDE,
                        SIDE,
                        Units.bytes(float64()),
                        Units.count(N),
                        Units.count(N),
                        Units.count(pairs),
                        Units.bytes(float64()),
                        Double.BYTES,
                        Units.bytes(float32()),
                        Float.BYTES);
    }

    /** The sweep's measurements at that N, one sentence per block; if there are none, a sentence that says so. */
    static List<String> here(SweepResult sweep) {
        List<String> sentences = new ArrayList<>();
        for (Line line : Lines.of(sweep.points())) {
            for (Point p : line.points()) {
                if (p.positions() == N && (line.latent() > 0 || line.full())) {
                    sentences.add(sentence(line, p));
                }
            }
        }
        if (sentences.isEmpty()) {
            sentences.add("This sweep has no point of LatentGNN at N = %s.".formatted(Units.count(N)));
        }
        return sentences;
    }

    private static String sentence(Line line, Point p) {
        String pass = p.pass() == Pass.FORWARD_BACKWARD ? "forward and backward" : "forward";
        if (p.status() != Status.OK) {
            return "%s, %s: %s; predicted %s for all of its arrays."
                    .formatted(line.phrase(), pass, p.status(), Units.bytes(p.predictedBytes()));
        }
        String less = line.full()
                ? ""
                : " The affinity in float32 alone takes %s times as much, the talk’s figure is %s times as much."
                        .formatted(
                                Units.ratio((double) float32() / p.measuredBytes()),
                                Units.ratio((double) float64() / p.measuredBytes()));
        return "%s, %s: measured %s for all of its arrays.%s"
                .formatted(line.phrase(), pass, Units.bytes(p.measuredBytes()), less);
    }

    private static long float64() {
        return Math.multiplyExact(Math.multiplyExact(N, N), Double.BYTES);
    }

    private static long float32() {
        return Math.multiplyExact(Math.multiplyExact(N, N), Float.BYTES);
    }
}
