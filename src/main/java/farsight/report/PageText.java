package farsight.report;

import farsight.report.chart.Html;
import java.util.List;

/** The HTML of a page that needs no network and runs no script, as it grows. All text is escaped. */
final class PageText {

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
        out.append("<style>\n").append(HtmlPage.style()).append("</style>\n</head>\n<body>\n<main>\n");
        element("h1", title);
    }

    /** An element; {@code tag} may carry attributes. */
    void element(String tag, String text) {
        int end = tag.indexOf(' ');
        out.append('<').append(tag).append('>').append(Html.escape(HtmlPage.unbroken(text)));
        out.append("</").append(end < 0 ? tag : tag.substring(0, end)).append(">\n");
    }

    /** A drawing for wide and for narrow pages, as SVG. */
    void figure(String wide, String narrow, String caption) {
        out.append("<figure>\n<div class=\"wide\">").append(wide);
        out.append("</div>\n<div class=\"narrow\">").append(narrow).append("</div>\n");
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
        out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
                .append(Html.escape(name))
                .append("\">\n<table>\n<thead><tr>");
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
        out.append("</tbody>\n</table>\n</div>\n");
    }

    private void cell(String tag, boolean text, String content) {
        out.append('<').append(tag).append(text ? ">" : " class=\"number\">");
        out.append(Html.escape(HtmlPage.unbroken(content)));
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
}
