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
        List<Box> texts = new ArrayList<>();
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
                    Box box = Box.of(t);
                    assertThat(box.left).as(t.text()).isNotNegative();
                    assertThat(box.right).as(t.text()).isLessThanOrEqualTo(d.width());
                    assertThat(t.y()).as(t.text()).isBetween(t.size(), d.height());
                    texts.add(box);
                }
            }
        }
        for (int i = 0; i < texts.size(); i++) {
            for (Box other : texts.subList(0, i)) {
                assertThat(texts.get(i).covers(other))
                        .as("%s covers %s", texts.get(i), other)
                        .isFalse();
            }
        }
    }

    /** What a text covers; its height without the room for letters with marks. */
    private record Box(String text, double left, double right, double top, double bottom) {

        static Box of(Drawing.Text t) {
            double w = Drawing.textWidth(t.text(), t.size(), t.bold());
            double left = switch (t.anchor()) {
                case START -> t.x();
                case MIDDLE -> t.x() - w / 2;
                case END -> t.x() - w;
            };
            return new Box(t.text(), left, left + w, t.y() - 0.7 * t.size(), t.y());
        }

        boolean covers(Box o) {
            return left < o.right && o.left < right && top < o.bottom && o.top < bottom;
        }
    }
}
