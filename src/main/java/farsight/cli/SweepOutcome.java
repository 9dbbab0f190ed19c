package farsight.cli;

import farsight.cli.output.ExitCode;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.util.List;
import java.util.Optional;

/**
 * A sweep's exit code.
 *
 * @param code {@link ExitCode#DONE} if a point was measured
 * @param note why no point was measured
 */
record SweepOutcome(int code, Optional<String> note) {

    /** The outcome of all points of a sweep, at least one. */
    static SweepOutcome of(List<Point> points) {
        if (points.stream().allMatch(p -> p.status() == Status.REFUSED)) {
            return new SweepOutcome(
                    ExitCode.REFUSED,
                    Optional.of("every point was refused; the first: "
                            + points.getFirst().message()));
        }
        if (points.stream().noneMatch(p -> p.status() == Status.OK)) {
            Point failed = points.stream()
                    .filter(p -> p.status() != Status.REFUSED)
                    .findFirst()
                    .orElseThrow();
            return new SweepOutcome(
                    ExitCode.FAILED,
                    Optional.of("no point could be measured; the first that failed: " + failed.message()));
        }
        return new SweepOutcome(ExitCode.DONE, Optional.empty());
    }
}
