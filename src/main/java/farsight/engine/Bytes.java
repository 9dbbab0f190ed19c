package farsight.engine;

import java.util.Locale;

/** Byte counts for people: decimal units, as disks and papers count. */
public final class Bytes {

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Bytes() {}

    /** For example {@code 67.1 MB}: three significant digits, decimal units (1 MB = 10⁶ bytes). */
    public static String text(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        String format =
                unit == 0 || Math.abs(value) >= 99.95 ? "%.0f %s" : Math.abs(value) >= 9.995 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, format, value, UNITS[unit]);
    }

    /**
     * Reads a size such as {@code 8GB}, {@code 512MiB} or {@code 1000000}.
     *
     * @throws IllegalArgumentException when the text is not a size; the message shows the format
     */
    public static long parse(String text) {
        var m = java.util.regex.Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([kKMGT]?)(i?)([bB]?)")
                .matcher(text.strip());
        if (!m.matches() || (m.group(2).isEmpty() && !m.group(3).isEmpty())) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size; write for example 8GB, 512MiB or 1000000");
        }
        double base = m.group(3).isEmpty() ? 1000 : 1024;
        int power = "kmgt".indexOf(m.group(2).toLowerCase(Locale.ROOT)) + 1;
        double bytes =
                Double.parseDouble(m.group(1)) * Math.pow(base, m.group(2).isEmpty() ? 0 : power);
        if (bytes < 1 || bytes > Long.MAX_VALUE) {
            throw new IllegalArgumentException("'" + text + "' is not a size between 1 byte and 8 EB");
        }
        return (long) bytes;
    }
}
