package farsight.report;

import farsight.evidence.Estimate;
import farsight.evidence.Metric;
import java.util.Locale;

/** Estimates as text. */
final class Estimates {

    private Estimates() {}

    /** A mean with half of its interval: {@code 97.3 ± 0.4 %}. */
    static String text(Estimate e, Metric m) {
        if (e.count() == 1) {
            return m.text(e.mean());
        }
        return m.share()
                ? String.format(Locale.ROOT, "%.1f ± %.1f %%", 100 * e.mean(), 100 * e.half())
                : String.format(Locale.ROOT, "%.3g ± %.2g", e.mean(), e.half());
    }

    /** A difference with half of its interval: {@code +1.2 ± 0.4 points}. */
    static String difference(Estimate e, Metric m) {
        double times = m.share() ? 100 : 1;
        String unit = m.share() ? " points" : "";
        return e.count() == 1
                ? String.format(Locale.ROOT, "%+.1f%s", times * e.mean(), unit)
                : String.format(Locale.ROOT, "%+.1f ± %.1f%s", times * e.mean(), times * e.half(), unit);
    }
}
