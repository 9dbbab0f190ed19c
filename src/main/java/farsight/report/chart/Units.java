package farsight.report.chart;

import farsight.engine.Bytes;
import java.util.Locale;

/** Formats numbers with units. */
public final class Units {

    /** The text for a missing figure. */
    public static final String NONE = "–";

    private static final String[] TIME = {"ns", "µs", "ms", "s"};

    private Units() {}

    /** A count in plain figures, for example {@code 262,144}. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Bytes to three digits, for example {@code 67.1 MB}; a dash when unknown. */
    public static String bytes(long bytes) {
        return bytes < 0 ? NONE : Bytes.text(bytes);
    }

    /** Nanoseconds to three digits, for example {@code 12.3 ms}; a dash when unknown. */
    public static String nanos(long nanos) {
        if (nanos < 0) {
            return NONE;
        }
        double value = nanos;
        int unit = 0;
        while (value >= 999.5 && unit < TIME.length - 1) {
            value /= 1000;
            unit++;
        }
        return (unit == 0 ? Long.toString(nanos) : digits(value)) + " " + TIME[unit];
    }

    /** Operations per run over the time per run, in GFLOP/s; a dash when unknown. */
    public static String gflops(long flops, long nanos) {
        // One operation per nanosecond is one GFLOP/s.
        return flops < 0 || nanos <= 0 ? NONE : digits((double) flops / nanos);
    }

    /** A ratio of two amounts in at least two digits, for example {@code 140} or {@code 1.8}. */
    public static String ratio(double value) {
        if (value >= 9.95) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 0.995 ? "%.1f" : "%.2g", value);
    }

    /** Three digits, or all digits before the point if there are more. */
    static String digits(double value) {
        double size = Math.abs(value);
        String format = size >= 99.95 ? "%,.0f" : size >= 9.995 ? "%.1f" : size >= 0.9995 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }

    /** A round number of bytes on an axis: {@code 10 MB}, not {@code 10.0 MB}. */
    public static String bytesTick(double bytes) {
        return tick(bytes, new String[] {"B", "kB", "MB", "GB", "TB", "PB", "EB"});
    }

    /** A round number of nanoseconds on an axis. */
    public static String nanosTick(double nanos) {
        return tick(nanos, TIME);
    }

    private static String tick(double value, String[] units) {
        int unit = 0;
        while (value >= 999.5 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        String number = value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.3g", value).replaceFirst("\\.?0+$", "");
        return number + " " + units[unit];
    }
}
