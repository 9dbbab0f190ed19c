package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;

/** Checks the HTML of a page. */
final class Pages {

    private Pages() {}

    /** It loads nothing and runs nothing. */
    static void selfContained(String page) {
        // The name of SVG's language is no address that anything is loaded from.
        assertThat(page.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                .doesNotContainIgnoringCase("http:")
                .doesNotContainIgnoringCase("https:")
                .doesNotContainIgnoringCase("<script")
                .doesNotContainIgnoringCase("@import")
                .doesNotContainIgnoringCase("url(")
                .doesNotContain("src=");
        assertThat(page).contains("<svg", "<style>", "name=\"viewport\"");
    }

    /** Every element is closed. */
    static void closed(String page) {
        for (String name : List.of(
                "html",
                "head",
                "body",
                "main",
                "h1",
                "h2",
                "h3",
                "p",
                "ul",
                "li",
                "figure",
                "figcaption",
                "div",
                "table",
                "thead",
                "tbody",
                "tr",
                "th",
                "td",
                "dl",
                "dt",
                "dd",
                "svg",
                "g",
                "text")) {
            assertThat(count(page, "<" + name + "[ >]")).as(name).isEqualTo(count(page, "</" + name + ">"));
        }
    }

    static long count(String text, String regex) {
        return Pattern.compile(regex).matcher(text).results().count();
    }
}
