package farsight.report;

import java.util.regex.Pattern;

/**
 * Escapes texts of a CSV file that a spreadsheet would run as formulas. Writing puts an apostrophe before such a text,
 * and reading removes it. A text that begins with apostrophes before such a beginning gets one more, so every text is
 * restored.
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
