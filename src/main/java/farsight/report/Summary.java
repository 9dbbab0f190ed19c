package farsight.report;

import farsight.block.Pass;
import farsight.report.chart.Lines;
import farsight.report.chart.Lines.Line;
import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** A sweep in words. Every number is computed from its points. */
final class Summary {

    /**
     * The largest N that a block reached.
     *
     * @param subject the block
     * @param text the rest of the sentence
     */
    record Reach(String subject, String text) {}

    /** The kind of LatentGNN that its authors released, which is the best known. */
    private static final String RELEASED = "latentgnn";

    private Summary() {}

    /** Compares latent blocks with the full affinity in memory and time, as far as both are known. */
    static List<String> comparisons(SweepResult sweep) {
        List<Line> lines = Lines.of(sweep.points());
        List<String> sentences = new ArrayList<>();
        memory(lines).ifPresent(sentences::add);
        time(lines).ifPresent(sentences::add);
        return sentences;
    }

    /** For every block the largest N that ran, and why no larger N did. */
    static List<Reach> reaches(SweepResult sweep) {
        long last = sweep.points().stream().mapToLong(Point::positions).max().orElse(0);
        List<Reach> reaches = new ArrayList<>();
        Map<List<Object>, List<Line>> alike = new LinkedHashMap<>();
        for (Line line : Lines.of(sweep.points())) {
            // Lines of one block that nothing stopped share a sentence, whatever their d.
            Object which = stop(line).isPresent() ? line.label() : reached(line);
            alike.computeIfAbsent(List.of(line.family(), which), k -> new ArrayList<>())
                    .add(line);
        }
        alike.values().forEach(lines -> reaches.add(reach(lines, last)));
        return reaches;
    }

    /** The number of points by status, for example {@code 26 ok, 4 refused}. */
    static String counts(SweepResult sweep) {
        List<String> parts = new ArrayList<>();
        for (Status status : Status.values()) {
            long n = sweep.points().stream().filter(p -> p.status() == status).count();
            if (n > 0) {
                parts.add(Units.count(n) + " " + status);
            }
        }
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }

    /** The setting common to all points, for example {@code Forward and backward, B = 1, C = 64}. */
    static String setting(SweepResult sweep) {
        List<String> parts = new ArrayList<>();
        parts.add(sweep.points().stream()
                .map(Point::pass)
                .distinct()
                .sorted()
                .map(pass -> pass == Pass.FORWARD_BACKWARD ? "forward and backward" : "forward")
                .collect(Collectors.joining("; ")));
        parts.add("B = "
                + values(sweep.points().stream().map(p -> (long) p.batch()).toList()));
        parts.add("C = "
                + values(sweep.points().stream().map(p -> (long) p.channels()).toList()));
        parts.add(sweep.points().stream()
                .map(Point::device)
                .distinct()
                .collect(Collectors.joining(" and ", Compared.names(sweep).size() > 1 ? "devices " : "device ", "")));
        String text = String.join(", ", parts);
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private static String values(List<Long> values) {
        return values.stream().distinct().sorted().map(Units::count).collect(Collectors.joining(" and "));
    }

    private static Optional<String> memory(List<Line> lines) {
        return best(lines, false).map(pair -> {
            Point full = pair.full();
            boolean ran = full.status() == Status.OK;
            String how = ran ? "takes" : "would take";
            String end = switch (full.status()) {
                case OK -> "";
                case REFUSED -> ", and was refused";
                case OUT_OF_MEMORY -> ", and ran out of memory";
                case FAILED -> ", and failed";
            };
            return "At N = %s %s takes %s; the full affinity, %s, %s %s, %s times as much%s."
                    .formatted(
                            Units.count(full.positions()),
                            pair.latentPhrase(),
                            Units.bytes(Lines.memory(pair.latent())),
                            pair.fullPhrase(),
                            how,
                            Units.bytes(Lines.memory(full)),
                            Units.ratio((double) Lines.memory(full) / Lines.memory(pair.latent())),
                            end);
        });
    }

    private static Optional<String> time(List<Line> lines) {
        return best(lines, true)
                .map(pair ->
                        "At N = %s, the largest at which both ran, %s takes %s per run, the full affinity, %s, %s: %s times as long."
                                .formatted(
                                        Units.count(pair.full().positions()),
                                        pair.latentPhrase(),
                                        Units.nanos(pair.latent().medianNanos()),
                                        pair.fullPhrase(),
                                        Units.nanos(pair.full().medianNanos()),
                                        Units.ratio((double) pair.full().medianNanos()
                                                / pair.latent().medianNanos())));
    }

    private record Pair(String latentPhrase, String kind, Point latent, String fullPhrase, Point full) {}

    // The pair at the largest N of one block, preferably the released LatentGNN, with the middle d if there are
    // several. So every page of a sweep names the same pair.
    private static Optional<Pair> best(List<Line> lines, boolean timed) {
        List<Pair> pairs = new ArrayList<>();
        boolean compared = Lines.comparesDevices(
                lines.stream().flatMap(line -> line.points().stream()).toList());
        List<Line> references = lines.stream().filter(Line::full).toList();
        for (Line line : lines) {
            if (line.latent() == 0) {
                continue;
            }
            for (Point p : line.points()) {
                if (p.status() != Status.OK || Lines.memory(p) <= 0) {
                    continue;
                }
                for (Line other : references) {
                    for (Point q : other.points()) {
                        boolean alike = q.positions() == p.positions()
                                && q.pass() == p.pass()
                                && (!compared || q.device().equals(p.device()));
                        boolean both = !timed || (p.medianNanos() > 0 && q.medianNanos() > 0);
                        if (alike && both && Lines.memory(q) > 0) {
                            pairs.add(new Pair(line.phrase(), line.kind(), p, other.phrase(), q));
                        }
                    }
                }
            }
        }
        long n = pairs.stream().mapToLong(pair -> pair.full().positions()).max().orElse(0);
        List<Pair> largest =
                pairs.stream().filter(pair -> pair.full().positions() == n).toList();
        boolean released = largest.stream().anyMatch(pair -> pair.kind().equals(RELEASED));
        List<Pair> there = largest.stream()
                // Lines come with the best reference first; keep to that one.
                .filter(pair -> pair.fullPhrase().equals(largest.getFirst().fullPhrase()))
                .filter(pair -> !released || pair.kind().equals(RELEASED))
                .sorted(Comparator.comparingInt(pair -> pair.latent().latent()))
                .toList();
        return there.isEmpty() ? Optional.empty() : Optional.of(there.get(there.size() / 2));
    }

    private static Reach reach(List<Line> lines, long lastOfSweep) {
        Line line = lines.getFirst();
        String subject = lines.size() == 1
                ? line.phrase()
                : line.family()
                        + lines.stream()
                                .map(l -> Units.count(l.latent()))
                                .collect(Collectors.joining(", ", " (d = ", ")"));
        List<Point> at = lines.stream()
                .flatMap(l -> l.points().stream())
                .filter(p -> p.status() == Status.OK && p.positions() == reached(line))
                .toList();
        String ran = at.isEmpty()
                ? "ran at no N"
                : "ran up to N = %s (%s, %s per run)"
                        .formatted(
                                Units.count(reached(line)),
                                range(at, Lines::memory, Units::bytes),
                                range(at, Point::medianNanos, Units::nanos));
        String end = stop(line)
                .map(Summary::why)
                .orElse(reached(line) == lastOfSweep ? ", the largest of this sweep." : ", the largest tried.");
        return new Reach(subject, ran + end);
    }

    private static String range(List<Point> points, ToLongFunction<Point> figure, LongFunction<String> text) {
        LongSummaryStatistics all = points.stream().mapToLong(figure).summaryStatistics();
        String least = text.apply(all.getMin());
        String most = text.apply(all.getMax());
        return least.equals(most) ? least : least + " to " + most;
    }

    private static long reached(Line line) {
        return line.points().stream()
                .filter(p -> p.status() == Status.OK)
                .mapToLong(Point::positions)
                .max()
                .orElse(0);
    }

    // The first point after the last that ran.
    private static Optional<Point> stop(Line line) {
        long reached = reached(line);
        return line.points().stream()
                .filter(p -> p.status() != Status.OK && p.positions() > reached)
                .min(Comparator.comparingLong(Point::positions));
    }

    private static String why(Point p) {
        String what = switch (p.status()) {
            case REFUSED -> "it was refused";
            case OUT_OF_MEMORY -> "it ran out of memory";
            case OK, FAILED -> "it failed";
        };
        String message = p.message().isBlank() ? "" : ": " + p.message().strip();
        String stop = message.endsWith(".") ? "" : ".";
        return "; at N = %s %s%s%s".formatted(Units.count(p.positions()), what, message, stop);
    }

    /** A sentence on points with a note on their times; empty if there are none. */
    static Optional<String> unsettled(SweepResult sweep) {
        List<Point> points = sweep.points().stream()
                .filter(p -> p.status() == Status.OK && !p.message().isBlank())
                .toList();
        if (points.isEmpty()) {
            return Optional.empty();
        }
        Point first = points.getFirst();
        return Optional.of("Times not comparable: %s of %s at N = %s (%s)%s."
                .formatted(
                        first.pass(),
                        first.block(),
                        Units.count(first.positions()),
                        first.message(),
                        points.size() == 1 ? "" : ", and %d more points".formatted(points.size() - 1)));
    }
}
