package farsight.cli.advise;

import farsight.advise.Advice;
import farsight.advise.Assessment;
import farsight.advise.Choice;
import farsight.advise.Demand;
import farsight.advise.Loss;
import farsight.evidence.Quality;
import farsight.report.chart.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The legend, the choice and its reasons, in sentences. */
record AdviceWords(Advice advice, AdviceFacts facts, List<String> needs) {

    /** A loss that is so much smaller is worth telling. */
    private static final double LESS = 0.01;

    /** Paragraphs, with empty ones between. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        legend(lines);
        lines.add("");
        take(lines);
        return lines;
    }

    private void legend(List<String> lines) {
        boolean predicted = advice.blocks().stream()
                .anyMatch(a -> a.time().known() && !a.time().measured());
        if (predicted) {
            lines.add("~ predicted, not measured: t = t1 * flops / flops1 of the run at the N that is named" + ".");
        }
        if (advice.blocks().stream().anyMatch(a -> !a.time().settled())) {
            lines.add("compiling: the JVM was still compiling the block's code, so it takes at most this long.");
        }
        if (advice.blocks().stream().anyMatch(a -> a.verdict() == Assessment.Verdict.UNTIMED)) {
            lines.add("unknown: a longer --measure would tell.");
        }
        if (advice.question().measureNanos() == 0) {
            lines.add("No time was measured (--measure 0).");
        }
        if (needs.isEmpty()) {
            lines.add("Loss: not measured for any of these blocks.");
            return;
        }
        lines.add("Loss: the share of the best block's gain over no block that a block misses, as trained networks"
                + " measured it. 0 % is as good as the best, 100 % no better than no block; " + Units.NONE
                + " was not measured, * with another d.");
        for (String need : needs) {
            for (Quality q : tasks(need)) {
                lines.add("  %s: %s (%s; best %s, without a block %s)"
                        .formatted(need, q.task(), q.metric(), number(q.best()), number(q.chance())));
            }
        }
    }

    private List<Quality> tasks(String need) {
        List<Quality> tasks = new ArrayList<>();
        advice.blocks().stream()
                .flatMap(a -> a.losses(need).stream().map(Loss::quality))
                .filter(q -> tasks.stream().noneMatch(q::comparable))
                .forEach(tasks::add);
        return tasks;
    }

    private void take(List<String> lines) {
        Optional<Assessment> cheapest = advice.cheapest();
        if (cheapest.isEmpty()) {
            lines.add("Take: none. No block keeps these limits; the second table says which change would let one.");
            return;
        }
        if (advice.choices().isEmpty()) {
            Assessment a = cheapest.get();
            lines.add(
                    "Take: it depends, and no quality is known of the blocks that fit. %s, but how much it loses is not"
                                    .formatted(
                                            a.time().known()
                                                    ? "The fastest is %s (%s)"
                                                            .formatted(name(a), AdviceText.time(a.time()))
                                                    : "The smallest is %s (%s)"
                                                            .formatted(name(a), Units.bytes(bytes(a))))
                            + " measured: train those that fit on your task.");
            return;
        }
        if (advice.agreed()) {
            lines.add("Take: " + name(advice.choices().getFirst().taken()) + ".");
        } else {
            lines.add("Take: it depends on the task.");
        }
        advice.choices().forEach(c -> lines.add("  " + reason(c) + better(c)));
    }

    private static String reason(Choice c) {
        Assessment a = c.taken();
        List<Loss> losses = a.losses(c.need());
        String others = c.tied().stream().skip(1).map(AdviceWords::name).collect(Collectors.joining("; "));
        String why = c.tied().size() == 1
                ? "It loses least of those that fit"
                : "It is the %s of those that lose least within their 95 %% intervals (tied: %s)"
                        .formatted(a.time().known() ? "fastest" : "smallest", others);
        boolean useless = losses.stream().map(Loss::quality).allMatch(AdviceWords::noBetter);
        return "%s: %s. %s: %.0f %%, with %s.%s"
                .formatted(
                        when(c.need()),
                        name(a),
                        why,
                        100 * c.loss(a),
                        losses.stream().map(AdviceWords::figure).collect(Collectors.joining("; ")),
                        useless ? " That is no better than no block: none that fits helps here." : "");
    }

    /** The block that would lose less if it fitted, if there is one. */
    private String better(Choice c) {
        return advice.blocks().stream()
                .filter(a -> !a.fits() && c.loss(a) < c.loss(c.taken()) - LESS)
                .min(Comparator.comparingDouble(a -> c.loss(a)))
                .map(a -> " %s would lose %.0f %%, but %s."
                        .formatted(
                                name(a),
                                100 * c.loss(a),
                                a.verdict() == Assessment.Verdict.UNTIMED
                                        ? "whether it fits the time is not known"
                                        : "does not fit"))
                .orElse("");
    }

    private static boolean noBetter(Quality q) {
        return q.low() <= q.chance() && q.chance() <= q.high();
    }

    private static String when(String need) {
        return switch (need) {
            case Quality.QUERY -> "Where queries need different context";
            case Quality.CONTEXT -> "Where one context serves every query";
            default -> "On scenes of points or images";
        };
    }

    private static String figure(Loss l) {
        Quality q = l.quality();
        return "%s %s [%s, %s] over %d %s%s on \"%s\""
                .formatted(
                        q.metric(),
                        number(q.mean()),
                        number(q.low()),
                        number(q.high()),
                        q.seeds(),
                        q.seeds() == 1 ? "seed" : "seeds",
                        l.otherD() ? ", measured with d = " + q.d() : "",
                        q.task());
    }

    private static long bytes(Assessment a) {
        return a.demand().map(Demand::arrayBytes).orElse(-1L);
    }

    private static String name(Assessment a) {
        return a.candidate().name();
    }

    static String number(double value) {
        return "%.3g".formatted(value);
    }
}
