package farsight.report;

import farsight.evidence.Claim;
import farsight.evidence.Judgement;
import farsight.evidence.Judgement.Finding;
import farsight.evidence.Judgement.Verdict;
import farsight.evidence.Metric;
import farsight.evidence.StudyResults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The claims of some studies with their verdicts, as Markdown. */
final class LedgerText {

    private LedgerText() {}

    /** A table with a row for each claim. */
    static String of(List<StudyResults> all) {
        StringBuilder text = new StringBuilder("""
                | claim | source | tested here | measured | verdict |
                |---|---|---|---|---|
                """);
        for (StudyResults r : all) {
            for (Judgement j : Judgement.of(r)) {
                text.append("| %s | %s | %s | %s | %s |%n"
                        .formatted(
                                cell(j.claim().text()),
                                cell(source(j.claim())),
                                cell(tested(r, j)),
                                cell(measured(j)),
                                cell(verdict(j))));
            }
        }
        return text.toString().replace("\r\n", "\n");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }

    private static String source(Claim claim) {
        return claim.published().isEmpty() ? claim.source() : claim.source() + "; published: " + claim.published();
    }

    private static String tested(StudyResults r, Judgement j) {
        return j.claim().tests().isEmpty()
                ? "–"
                : "[%s](evidence/%s/index.html), %d seeds: %s"
                        .formatted(
                                r.study().name(),
                                r.study().name(),
                                r.study().seeds(),
                                j.claim().tests().stream()
                                        .map(LedgerText::test)
                                        .distinct()
                                        .collect(Collectors.joining("; ")));
    }

    /** A test in words. */
    static String test(Claim.Test test) {
        return switch (test) {
            case Claim.Comparison c -> {
                String margin = margin(c);
                yield switch (c.relation()) {
                    case BETTER ->
                        "%s better than %s%s"
                                .formatted(c.left(), c.right(), c.margin() == 0 ? "" : " by more than " + margin);
                    case AS_GOOD -> "%s worse than %s by less than %s".formatted(c.left(), c.right(), margin);
                    case ALIKE -> "%s and %s within %s".formatted(c.left(), c.right(), margin);
                };
            }
            case Claim.Bound b ->
                "%s of %s %s %s"
                        .formatted(
                                b.metric().map(Metric::label).orElse("quality"),
                                b.variant(),
                                b.below() ? "below" : "above",
                                b.metric().orElse(Metric.ACCURACY).text(b.bound()));
        };
    }

    private static String margin(Claim.Comparison c) {
        return c.metric().map(Metric::share).orElse(true)
                ? "%.3g points".formatted(100 * c.margin())
                : "%.3g".formatted(c.margin());
    }

    private static String measured(Judgement j) {
        Map<Claim.Test, List<String>> byTest = new LinkedHashMap<>();
        for (Finding f : j.findings()) {
            byTest.computeIfAbsent(f.test(), _ -> new ArrayList<>()).add("%s %s".formatted(f.setting(), figure(f)));
        }
        List<String> parts = new ArrayList<>();
        byTest.forEach((test, figures) ->
                parts.add((byTest.size() == 1 ? "" : name(test) + ": ") + String.join(", ", figures)));
        return parts.isEmpty() ? "–" : String.join("; ", parts);
    }

    private static String name(Claim.Test test) {
        return switch (test) {
            case Claim.Comparison c -> c.left() + " − " + c.right();
            case Claim.Bound b -> b.variant();
        };
    }

    /** A finding's figure. */
    static String figure(Finding f) {
        return switch (f.test()) {
            case Claim.Comparison _ -> Estimates.difference(f.figure(), f.metric());
            case Claim.Bound _ -> Estimates.text(f.figure(), f.metric());
        };
    }

    private static String verdict(Judgement j) {
        String end = j.claim().conclusion().isEmpty() ? "" : ". " + j.claim().conclusion();
        if (j.verdict() == Verdict.UNTESTED) {
            return "**%s**: %s%s".formatted(j.verdict().text(), j.claim().untested(), end);
        }
        if (j.verdict() != Verdict.DEPENDS) {
            return "**%s**%s".formatted(j.verdict().text(), end);
        }
        List<String> parts = new ArrayList<>();
        for (Verdict v : List.of(Verdict.HOLDS, Verdict.FAILS, Verdict.UNCLEAR)) {
            List<String> where = j.findings().stream()
                    .filter(f -> f.verdict() == v)
                    .map(f -> j.claim().tests().size() == 1 ? f.setting() : name(f.test()) + " on " + f.setting())
                    .distinct()
                    .toList();
            if (!where.isEmpty()) {
                parts.add("%s: %s".formatted(v.text(), String.join(", ", where)));
            }
        }
        return "**%s**; %s%s".formatted(j.verdict().text(), String.join("; ", parts), end);
    }
}
