package farsight.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values of N or d that a sweep visits, as a person writes them. */
public final class Range {

    private static final int MOST_VALUES = 1000;
    private static final Pattern STEPPED = Pattern.compile("(\\d+):(\\d+)(?::([x+])(\\d+))?");
    private static final String FORM = "write numbers such as 16,64,128, or first:last with a step, such as"
            + " 1024:262144:x4 (times 4) or 1000:5000:+1000";

    private Range() {}

    /**
     * Reads values: {@code 16,64,128}, {@code 1024:262144:x4}, {@code 1000:5000:+1000}, {@code 500x500} for a product,
     * or several of these with commas. Without a step, first:last doubles. The last value is included when the step
     * meets it.
     *
     * @return the values in rising order, each once, all at least 1
     * @throws IllegalArgumentException in one line when the text is malformed or has a value below 1
     */
    public static List<Long> parse(String text) {
        TreeSet<Long> values = new TreeSet<>();
        for (String part : text.split(",", -1)) {
            values.addAll(part(text, part.strip()));
            if (values.size() > MOST_VALUES) {
                throw wrong(text, "has more than " + MOST_VALUES + " values");
            }
        }
        return List.copyOf(values);
    }

    private static List<Long> part(String text, String part) {
        if (part.matches("\\d+x\\d+")) {
            int x = part.indexOf('x');
            try {
                return List.of(
                        Math.multiplyExact(number(text, part.substring(0, x)), number(text, part.substring(x + 1))));
            } catch (ArithmeticException e) {
                throw wrong(text, "has a value too large: " + part);
            }
        }
        Matcher m = STEPPED.matcher(part);
        if (!m.matches()) {
            return List.of(number(text, part));
        }
        long first = number(text, m.group(1));
        long last = number(text, m.group(2));
        boolean times = m.group(3) == null || m.group(3).equals("x");
        long step = m.group(4) == null ? 2 : number(text, m.group(4));
        if (last < first) {
            throw wrong(text, "ends below its start");
        }
        if (times && step < 2) {
            throw wrong(text, "has a factor below 2");
        }
        List<Long> values = new ArrayList<>();
        for (long v = first; v <= last && values.size() <= MOST_VALUES; ) {
            values.add(v);
            long next = times ? saturatedProduct(v, step) : v + step;
            if (next <= v) {
                break;
            }
            v = next;
        }
        return values;
    }

    private static long saturatedProduct(long a, long b) {
        return a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
    }

    private static long number(String text, String digits) {
        if (!digits.matches("\\d+")) {
            throw wrong(text, "is not understood at '" + digits + "'");
        }
        try {
            long v = Long.parseLong(digits);
            if (v < 1) {
                throw wrong(text, "has the value 0; the least is 1");
            }
            return v;
        } catch (NumberFormatException e) {
            throw wrong(text, "has a value too large: " + digits);
        }
    }

    private static IllegalArgumentException wrong(String text, String what) {
        return new IllegalArgumentException("range '" + text + "' " + what + "; " + FORM);
    }
}
