package farsight.report.chart;

import farsight.report.chart.Drawing.Anchor;
import farsight.report.chart.Drawing.Path;
import farsight.report.chart.Drawing.Picture;
import farsight.report.chart.Drawing.Symbol;
import farsight.report.chart.Drawing.Text;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes a drawing as SVG. Text stays text, so it can be searched, read aloud and shown in the viewer's font. A marker
 * shows its figures when the pointer rests on it.
 */
public final class Svg {

    private static final String FONT = "system-ui,'Segoe UI','Helvetica Neue',Arial,'DejaVu Sans',sans-serif";

    private Svg() {}

    /** A complete SVG file. */
    public static String file(Drawing drawing) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element(drawing, true) + "\n";
    }

    /** An SVG element to embed in a page, which scales it to the available width. */
    public static String inline(Drawing drawing) {
        return element(drawing, false);
    }

    private static String element(Drawing d, boolean file) {
        StringBuilder out = new StringBuilder();
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %s %s\""
                .formatted(number(d.width()), number(d.height())));
        if (file) {
            out.append(" width=\"%s\" height=\"%s\"".formatted(number(d.width()), number(d.height())));
        }
        out.append(" role=\"img\" aria-label=\"%s\" font-family=\"%s\">\n".formatted(escape(d.title()), FONT));
        if (file) {
            out.append("<title>%s</title>\n<desc>%s</desc>\n".formatted(escape(d.title()), escape(d.description())));
            out.append("<rect width=\"100%%\" height=\"100%%\" fill=\"%s\"/>\n".formatted(color(Style.PAPER)));
        }
        for (Drawing.Shape shape : d.shapes()) {
            switch (shape) {
                case Path p -> path(out, p);
                case Symbol s -> symbol(out, s);
                case Text t -> text(out, t);
                case Picture p -> picture(out, p);
            }
        }
        return out.append("</svg>").toString();
    }

    private static void picture(StringBuilder out, Picture p) {
        out.append(("<image x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" preserveAspectRatio=\"none\""
                        + " style=\"image-rendering:pixelated\" href=\"data:image/png;base64,%s\">")
                .formatted(
                        number(p.x()),
                        number(p.y()),
                        number(p.width()),
                        number(p.height()),
                        Base64.getEncoder().encodeToString(Png.pixels(p))));
        out.append("<title>%s</title></image>\n".formatted(escape(p.note())));
    }

    private static void path(StringBuilder out, Path p) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < p.xs().size(); i++) {
            points.append(i == 0 ? "M" : "L")
                    .append(number(p.xs().get(i)))
                    .append(' ')
                    .append(number(p.ys().get(i)));
        }
        out.append("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\""
                .formatted(points, color(p.color()), number(p.width())));
        if (!p.dash().isEmpty()) {
            out.append(" stroke-dasharray=\"%s\""
                    .formatted(p.dash().stream().map(Svg::number).collect(Collectors.joining(" "))));
        }
        out.append(p.round() ? " stroke-linejoin=\"round\"/>\n" : "/>\n");
    }

    private static void symbol(StringBuilder out, Symbol s) {
        // Legends have markers too; a class distinguishes points.
        out.append(s.note().isEmpty() ? "<g>" : "<g class=\"point\"><title>%s</title>".formatted(escape(s.note())));
        String color = color(s.color());
        switch (s.sign()) {
            case FILLED -> shape(out, s, "fill=\"%s\" stroke=\"#fff\" stroke-width=\"1\"".formatted(color));
            case OPEN -> shape(out, s, "fill=\"#fff\" stroke=\"%s\" stroke-width=\"1.8\"".formatted(color));
            case CROSS, PLUS -> {
                double r = s.radius() * (s.sign() == Chart.Sign.CROSS ? 1 : 1.3);
                String d = s.sign() == Chart.Sign.CROSS
                        ? "M%s %sL%s %sM%s %sL%s %s"
                                .formatted(numbers(
                                        s.x() - r, s.y() - r, s.x() + r, s.y() + r, s.x() - r, s.y() + r, s.x() + r,
                                        s.y() - r))
                        : "M%s %sL%s %sM%s %sL%s %s"
                                .formatted(numbers(
                                        s.x() - r, s.y(), s.x() + r, s.y(), s.x(), s.y() - r, s.x(), s.y() + r));
                out.append("<path d=\"%s\" stroke=\"#fff\" stroke-width=\"5\"/>".formatted(d));
                out.append("<path d=\"%s\" stroke=\"%s\" stroke-width=\"2.6\"/>".formatted(d, color));
            }
            case NONE -> {}
        }
        out.append("</g>\n");
    }

    private static void shape(StringBuilder out, Symbol s, String paint) {
        if (Markers.round(s)) {
            out.append("<circle cx=\"%s\" cy=\"%s\" r=\"%s\" %s/>"
                    .formatted(number(s.x()), number(s.y()), number(s.radius()), paint));
        } else {
            String points = Markers.corners(s).stream()
                    .map(c -> number(c[0]) + "," + number(c[1]))
                    .collect(Collectors.joining(" "));
            out.append("<polygon points=\"%s\" %s/>".formatted(points, paint));
        }
    }

    private static void text(StringBuilder out, Text t) {
        out.append("<text x=\"%s\" y=\"%s\" font-size=\"%s\" fill=\"%s\""
                .formatted(number(t.x()), number(t.y()), number(t.size()), color(t.color())));
        if (t.bold()) {
            out.append(" font-weight=\"600\"");
        }
        if (t.anchor() != Anchor.START) {
            out.append(" text-anchor=\"%s\"".formatted(t.anchor() == Anchor.END ? "end" : "middle"));
        }
        if (t.halo()) {
            out.append(" stroke=\"#fff\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"");
        }
        out.append(">%s</text>\n".formatted(escape(t.text())));
    }

    private static Object[] numbers(double... values) {
        return java.util.Arrays.stream(values).mapToObj(Svg::number).toArray();
    }

    private static String color(int color) {
        return String.format(Locale.ROOT, "#%06x", color);
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceFirst("\\.?0+$", "");
    }

    private static String escape(String text) {
        return Html.escape(text);
    }
}
