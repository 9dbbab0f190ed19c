package farsight.cli.advise;

import farsight.advise.Advice;
import farsight.advise.Assessment;
import farsight.advise.Choice;
import farsight.advise.Demand;
import farsight.advise.Loss;
import farsight.advise.TimeFigure;
import farsight.evidence.Quality;
import farsight.report.chart.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The legend, the choice and its reasons, in sentences. */
record AdviceWords(Advice advice, AdviceFacts facts, List<String> needs) {

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
            lines.add("~ predicted, not measured: t = t1 * flops / flops1 of the run at the N that is named"
                    + (rough() ? "; from other blocks only the order of magnitude." : "."));
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
                + " was not measured.");
        for (String need : needs) {
            for (Quality q : tasks(need)) {
                lines.add("  %s: %s (%s; best %s, without a block %s)"
                        .formatted(need, q.task(), q.metric(), number(q.best()), number(q.chance())));
            }
        }
    }

    private boolean rough() {
        return advice.blocks().stream().anyMatch(a -> a.time().source() == TimeFigure.Source.OTHER_BLOCKS);
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
        advice.choices().forEach(c -> lines.add("  " + reason(c)));
    }

    private static String reason(Choice c) {
        Assessment a = c.taken();
        String losses = a.losses(c.need()).stream().map(AdviceWords::figure).collect(Collectors.joining("; "));
        String others = c.tied().stream().skip(1).map(AdviceWords::name).collect(Collectors.joining("; "));
        return "%s: %s. %s %s%s."
                .formatted(
                        when(c.need()),
                        name(a),
                        c.tied().size() == 1
                                ? "It loses least of those that fit"
                                : "It is the %s of those that lose as little within their 95 %% intervals (also: %s)"
                                        .formatted(a.time().known() ? "fastest" : "smallest", others),
                        "(" + losses + ")",
                        "");
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
        return "%s %s [%s, %s], %d %s%s, on \"%s\""
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
