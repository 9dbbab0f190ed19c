package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.report.chart.Drawing;
import java.util.ArrayList;
import java.util.List;

/** Checks where the shapes of a drawing are. */
public final class Placed {

    private Placed() {}

    /** Nothing is cut off at an edge, and no two texts cover each other. */
    public static void check(Drawing d) {
        List<Drawing.Text> texts = new ArrayList<>();
        for (Drawing.Shape shape : d.shapes()) {
            switch (shape) {
                case Drawing.Path p -> {
                    assertThat(p.xs()).allSatisfy(x -> assertThat(x).isBetween(0.0, d.width()));
                    assertThat(p.ys()).allSatisfy(y -> assertThat(y).isBetween(0.0, d.height()));
                }
                case Drawing.Symbol s -> {
                    assertThat(s.x()).isBetween(s.radius(), d.width() - s.radius());
                    assertThat(s.y()).isBetween(s.radius(), d.height() - s.radius());
                }
                case Drawing.Picture p -> {
                    assertThat(p.x()).isNotNegative();
                    assertThat(p.x() + p.width()).isLessThanOrEqualTo(d.width());
                    assertThat(p.y() + p.height()).isLessThanOrEqualTo(d.height());
                }
                case Drawing.Text t -> {
                    assertThat(t.left()).as(t.text()).isNotNegative();
                    assertThat(t.right()).as(t.text()).isLessThanOrEqualTo(d.width());
                    assertThat(t.y()).as(t.text()).isBetween(t.size(), d.height());
                    texts.add(t);
                }
            }
        }
        for (int i = 0; i < texts.size(); i++) {
            for (Drawing.Text other : texts.subList(0, i)) {
                assertThat(cover(texts.get(i), other))
                        .as("%s covers %s", texts.get(i), other)
                        .isFalse();
            }
        }
    }

    /** Whether two texts cover each other, without the room above them for letters with marks. */
    private static boolean cover(Drawing.Text a, Drawing.Text b) {
        return a.left() < b.right()
                && b.left() < a.right()
                && a.y() - 0.7 * a.size() < b.y()
                && b.y() - 0.7 * b.size() < a.y();
    }
}
