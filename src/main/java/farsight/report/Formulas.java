package farsight.report;

import java.util.regex.Pattern;

/**
 * Texts of a CSV file that a spreadsheet would take for formulas, and run. An apostrophe before one makes it a text there;
 * reading takes it away. A text that has apostrophes before such a beginning gets one more, so that every text comes back.
 *
 * @see <a href="https://owasp.org/www-community/attacks/CSV_Injection">OWASP, CSV injection</a>
 */
final class Formulas {

    private static final Pattern FORMULA = Pattern.compile("'*\\s*[=+\\-@\\t\\r\\n＝＋－＠].*", Pattern.DOTALL);

    private Formulas() {}

    static String neutral(String text) {
        return FORMULA.matcher(text).matches() ? "'" + text : text;
    }

    static String original(String neutral) {
        return neutral.startsWith("'") && FORMULA.matcher(neutral).matches() ? neutral.substring(1) : neutral;
    }
}
