package farsight.report;

import farsight.inspect.Attention;
import farsight.inspect.Inspection;
import farsight.report.chart.ColorScale;
import java.util.List;
import java.util.Locale;

/** The answer of an inspection, in sentences. */
public final class Answer {

    /** Below this ratio of the maps' distance to the inputs' the answer is "Hardly", from {@link #APART} on "Yes". */
    private static final double ALIKE = 0.1;

    private static final double APART = 0.5;

    /** A distance below this is rounding of equal vectors. */
    private static final double ROUNDING = 1e-9;

    private Answer() {}

    /** One or two sentences: the answer, and the figures behind it. */
    public static List<String> of(Inspection found) {
        if (found.attentions().isEmpty()) {
            return List.of("No: this block takes the mean over all positions, so there is no attention to depend on the"
                    + " query.");
        }
        Attention a = found.attentions().getLast();
        if (a.single()) {
            return List.of("No, by construction: one map serves every query. The term it adds has an average cosine"
                    + " distance of " + number(found.output().value()) + ".");
        }
        if (a.cosine().zeros() == a.cosine().vectors()) {
            return List.of("It is zero: no position takes anything from any other.");
        }
        // A zero vector is at distance ½ from every vector, whatever the query, so it is left out.
        double maps = a.cosine().withoutZeros();
        double features = found.input().withoutZeros();
        if (features < ROUNDING) {
            return List.of(("The input cannot tell: the features of all positions point the same way, at an average"
                            + " cosine distance of 0, and the maps of two queries are at %s. To tell whether this block's attention"
                            + " depends on the query takes features that differ.")
                    .formatted(number(maps)));
        }
        double ratio = maps / features;
        String verdict = ratio < ALIKE ? "Hardly" : ratio < APART ? "In part" : "Yes";
        boolean zeros = a.cosine().zeros() + found.input().zeros() > 0;
        return List.of(
                "%s: the maps of two queries are at an average cosine distance of %s, the features themselves at %s, a ratio of %s%s."
                        .formatted(
                                verdict,
                                number(maps),
                                number(features),
                                number(ratio),
                                zeros ? "; zero vectors, which the table counts, are left out here" : ""),
                "“Hardly” stands for a ratio below 0.1, “in part” for one below 0.5. GCNet found 0.05 for a trained"
                        + " Embedded Gaussian block and 0.45 for a Gaussian one.");
    }

    /** A distance or a ratio to three places. */
    static String number(double value) {
        if (value < ROUNDING) {
            return "0";
        }
        return value < 5e-4 ? ColorScale.text(value) : String.format(Locale.ROOT, "%.3f", value);
    }
}
