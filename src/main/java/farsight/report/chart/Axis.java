package farsight.report.chart;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.LongStream;

/**
 * A logarithmic or linear axis.
 *
 * @param title the quantity
 * @param low the value at its start; above 0 on a logarithmic axis
 * @param high the value at its end, above {@code low}
 * @param ticks labelled values
 * @param linear whether the axis is linear, not logarithmic
 */
public record Axis(String title, double low, double high, List<Tick> ticks, boolean linear) {

    /** Least ratio of the end to the start of an axis of N or d, so that close values do not look far apart. */
    private static final double NARROWEST = 2;

    /** A logarithmic axis. */
    Axis(String title, double low, double high, List<Tick> ticks) {
        this(title, low, high, ticks, false);
    }

    /** A labelled value. */
    public record Tick(double value, String label) {}

    /** The position of a value: 0 at the start, 1 at the end. */
    public double at(double value) {
        if (linear) {
            return (value - low) / (high - low);
        }
        return (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low));
    }

    /**
     * An axis with a tick at each of these values, for N and d.
     *
     * @param values at least one, above 0
     */
    public static Axis at(String title, Collection<Long> values) {
        List<Long> sorted = values.stream().distinct().sorted().toList();
        double first = sorted.getFirst();
        double last = sorted.getLast();
        // Room beside the outer markers. A single value is in the middle, and close values stay near it.
        double margin = first == last ? 2 : Math.max(Math.pow(last / first, 0.05), Math.sqrt(NARROWEST * first / last));
        List<Tick> ticks = sorted.stream().map(v -> new Tick(v, Units.count(v))).toList();
        return new Axis(title, first / margin, last * margin, ticks);
    }

    /** A linear axis of shares, 0 to 100 %. */
    public static Axis share(String title) {
        List<Tick> ticks = new ArrayList<>();
        for (int percent = 0; percent <= 100; percent += 20) {
            ticks.add(new Tick(percent / 100.0, percent + " %"));
        }
        // A marker on the frame would be cut in half.
        return new Axis(title, 0, 1.03, ticks, true);
    }

    /** A linear axis from 0 to a whole number, for steps. */
    public static Axis count(String title, long last) {
        double high = Math.max(1.0, (double) last);
        double step = Math.max(1, roundStep(high));
        List<Tick> ticks = new ArrayList<>();
        for (long k = 0; k * step <= high; k++) {
            ticks.add(new Tick(k * step, Units.count(Math.round(k * step))));
        }
        // Room for a marker at the end.
        return new Axis(title, 0, 1.02 * high, ticks, true);
    }

    /**
     * A linear axis between round values.
     *
     * @param values at least one
     */
    public static Axis linear(String title, Collection<Double> values) {
        double min = values.stream().mapToDouble(v -> v).min().orElseThrow();
        double max = values.stream().mapToDouble(v -> v).max().orElseThrow();
        double span = max > min ? max - min : Math.max(Math.abs(max), 1e-30);
        double step = roundStep(span);
        long first = (long) Math.floor((min - 0.02 * span) / step);
        // Numbers of one sign, such as losses, have an axis that ends at 0.
        first = min >= 0 ? Math.max(0, first) : first;
        long last = Math.max(first + 1, (long) Math.ceil((max + 0.02 * span) / step));
        return new Axis(title, first * step, last * step, labelled(first, last, step), true);
    }

    /** The multiples of a step, in three digits, or in as many as tell neighbours apart. */
    private static List<Tick> labelled(long first, long last, double step) {
        List<Tick> ticks = LongStream.rangeClosed(first, last)
                .mapToObj(k -> new Tick(k * step, ColorScale.text(k * step)))
                .toList();
        if (ticks.stream().map(Tick::label).distinct().count() == ticks.size()) {
            return ticks;
        }
        int decimals = Math.max(0, -(int) Math.floor(Math.log10(step)));
        return ticks.stream()
                .map(t -> new Tick(t.value(), String.format(Locale.ROOT, "%." + decimals + "f", t.value())))
                .toList();
    }

    /** 1, 2 or 5 times a power of ten, of which a span has about five. */
    private static double roundStep(double span) {
        double power = Math.pow(10, Math.floor(Math.log10(span / 5)));
        double times = span / 5 / power;
        return power * (times < 1.5 ? 1 : times < 3.5 ? 2 : times < 7.5 ? 5 : 10);
    }

    /**
     * An axis between round values, for bytes and times.
     *
     * @param values at least one, above 0
     */
    public static Axis round(String title, Collection<Double> values, DoubleFunction<String> label) {
        double min = values.stream().mapToDouble(v -> v).min().orElseThrow();
        double max = values.stream().mapToDouble(v -> v).max().orElseThrow();
        // Over few decades, an axis with decades only would have one label or none.
        double decades = Math.log10(max / min);
        int[] steps = decades < 3 ? new int[] {1, 2, 5} : new int[] {1};
        List<Double> round = new ArrayList<>();
        int from = (int) Math.floor(Math.log10(min)) - 2;
        int to = (int) Math.ceil(Math.log10(max)) + 2;
        for (int decade = from; decade <= to; decade++) {
            for (int step : steps) {
                round.add(step * Math.pow(10, decade));
            }
        }
        // A few percent of room: a marker on the frame would be cut in half.
        int low = round.size() - 1;
        while (round.get(low) > min / 1.1) {
            low--;
        }
        int high = 0;
        while (round.get(high) < max * 1.1) {
            high++;
        }
        // Close values would fill the height and look far apart.
        for (boolean down = true; round.get(high) < 9.9 * round.get(low); down = !down) {
            low -= down ? 1 : 0;
            high += down ? 0 : 1;
        }
        List<Tick> ticks = new ArrayList<>();
        for (double v : round.subList(low, high + 1)) {
            ticks.add(new Tick(v, label.apply(v)));
        }
        return new Axis(title, round.get(low), round.get(high), ticks);
    }
}
