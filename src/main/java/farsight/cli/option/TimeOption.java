package farsight.cli.option;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time with its unit, such as {@code 50ms}, as nanoseconds. */
public final class TimeOption implements ITypeConverter<Long> {

    private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([a-zµμ]*)");

    private static final Map<String, Double> UNITS =
            Map.of("ns", 1.0, "us", 1e3, "µs", 1e3, "μs", 1e3, "ms", 1e6, "s", 1e9, "min", 60e9);

    @Override
    public Long convert(String text) {
        Matcher m = FORM.matcher(text.strip());
        if (!m.matches()) {
            throw wrong(text, "is not a time");
        }
        double number = Double.parseDouble(m.group(1));
        Double unit = UNITS.get(m.group(2).toLowerCase(Locale.ROOT));
        if (unit == null && number == 0 && m.group(2).isEmpty()) {
            return 0L;
        }
        if (unit == null) {
            throw wrong(text, m.group(2).isEmpty() ? "has no unit" : "has the unknown unit '" + m.group(2) + "'");
        }
        double nanos = number * unit;
        if (nanos >= Long.MAX_VALUE) {
            throw wrong(text, "is longer than 292 years");
        }
        return Math.round(nanos);
    }

    private static TypeConversionException wrong(String text, String what) {
        return new TypeConversionException(
                "'" + text + "' " + what + "; write for example 50ms, 2s or 800us (units: ns, us, ms, s, min)");
    }
}
