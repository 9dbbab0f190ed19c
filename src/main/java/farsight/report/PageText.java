package farsight.report;

import farsight.report.chart.Drawing;
import farsight.report.chart.Html;
import farsight.report.chart.Svg;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The HTML of a page that needs no network and runs no script, as it grows. All text is escaped. */
final class PageText {

    /** In a rem. */
    private static final double PIXELS = 16;

    private final StringBuilder out = new StringBuilder();

    /** Begins a page with its title. */
    PageText(String title) {
        out.append("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light">
                <link rel="icon" href="data:,">
                """);
        element("title", title + " – Farsight");
        out.append("<style>\n").append(style()).append("</style>\n</head>\n<body>\n<main>\n");
        element("h1", title);
    }

    /** An element; {@code tag} may carry attributes. */
    void element(String tag, String text) {
        int end = tag.indexOf(' ');
        out.append('<').append(tag).append('>').append(Html.escape(unbroken(text)));
        out.append("</").append(end < 0 ? tag : tag.substring(0, end)).append(">\n");
    }

    /** Text, escaped. */
    void text(String text) {
        out.append(Html.escape(unbroken(text)));
    }

    /** HTML as it is. */
    void markup(String html) {
        out.append(html);
    }

    /** The same drawing for wide and for narrow pages. */
    void figure(Drawing wide, Drawing narrow, String caption) {
        out.append("<figure>\n<div class=\"wide\"");
        if (wide.width() < Drawing.WIDE) {
            // Its text is no larger than that of the other figures.
            out.append(" style=\"max-width:").append(wide.width() / PIXELS).append("rem\"");
        }
        out.append('>').append(Svg.inline(wide));
        out.append("</div>\n<div class=\"narrow\">").append(Svg.inline(narrow)).append("</div>\n");
        element("figcaption", caption);
        out.append("</figure>\n");
    }

    /**
     * A table.
     *
     * @param name for readers that read aloud
     * @param texts how many of its first columns are text; the others are numbers
     */
    void table(String name, int texts, List<String> titles, List<List<String>> rows) {
        beginTable(name);
        for (int i = 0; i < titles.size(); i++) {
            cell("th scope=\"col\"", i < texts, titles.get(i));
        }
        out.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            out.append("<tr>");
            for (int i = 0; i < row.size(); i++) {
                cell("td", i < texts, row.get(i));
            }
            out.append("</tr>\n");
        }
        endTable();
    }

    /** Begins a table, up to its first title. */
    void beginTable(String name) {
        out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(Html.escape(name))
                .append("\">\n<table>\n<thead><tr>");
    }

    /** Ends a table after its last row. */
    void endTable() {
        out.append("</tbody>\n</table>\n</div>\n");
    }

    private void cell(String tag, boolean text, String content) {
        out.append('<').append(tag).append(text ? ">" : " class=\"number\">");
        out.append(Html.escape(unbroken(content)));
        out.append("</").append(tag, 0, 2).append('>');
    }

    /** Begins a list of terms; {@code kind} is a class of the style sheet. */
    void beginEntries(String kind) {
        out.append("<dl class=\"").append(kind).append("\">\n");
    }

    /** A term of a list. */
    void entry(String term, String definition) {
        element("dt", term);
        element("dd", definition);
    }

    /** Ends a list of terms. */
    void endEntries() {
        out.append("</dl>\n");
    }

    /** A list of sentences. */
    void sentences(List<String> sentences) {
        out.append("<ul>\n");
        sentences.forEach(s -> element("li", s));
        out.append("</ul>\n");
    }

    /** Ends the page. */
    String end() {
        return out.append("</main>\n</body>\n</html>\n").toString();
    }

    /** The text with no line break between a number and its unit, or a letter and its value. */
    static String unbroken(String text) {
        return text.replaceAll("(?<=\\d) (?=(?:[kMGTPE]?B|[nµm]?s)\\b)| (?==)|(?<==) (?=\\d)", "\u00a0");
    }

    private static String style() {
        try (InputStream in = PageText.class.getResourceAsStream("page.css")) {
            return new String(Objects.requireNonNull(in, "page.css").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
