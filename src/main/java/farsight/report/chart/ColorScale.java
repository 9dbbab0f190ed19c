package farsight.report.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Maps values to viridis colours, whose steps look equally large and which remain distinct in print and to colour-blind
 * readers.
 *
 * <p>Source: matplotlib's colour map by van der Walt, Smith and Firing (2015), CC0; every 15th of its 256
 * colours, interpolated linearly.
 *
 * @param low the value of the darkest colour
 * @param high the value of the lightest colour; larger values have the same colour
 * @param clipped whether there are values above {@code high}
 */
public record ColorScale(double low, double high, boolean clipped) {

    private static final int[] VIRIDIS = {
        0x440154, 0x481769, 0x472A7A, 0x433D84, 0x3D4E8A, 0x355E8D, 0x2E6D8E, 0x297B8E, 0x23898E, 0x1F978B, 0x21A585,
        0x2EB37C, 0x46C06F, 0x65CB5E, 0x89D548, 0xB0DD2F, 0xD8E219, 0xFDE725
    };

    /**
     * The share of largest nonzero values that is clipped: a few peaks would leave everything else dark. Zeros do not
     * count, or a map of few positions would show its peaks alone.
     */
    private static final double CUT = 0.005;

    /** Enough to tell ticks apart that {@link #flat} tells apart. */
    private static final int MOST_DIGITS = 9;

    /** Most values sorted to find the cut. */
    private static final int MOST = 1 << 20;

    /**
     * One scale for several maps, which makes them comparable.
     *
     * @param maps NaN values are ignored
     */
    public static ColorScale of(List<float[]> maps) {
        long count = maps.stream().mapToLong(m -> m.length).sum();
        int step = (int) Math.max(1, count / MOST);
        float[] values = new float
                [Math.toIntExact(maps.stream()
                        .mapToLong(m -> Math.ceilDiv(m.length, step))
                        .sum())];
        int n = 0;
        double max = Double.NEGATIVE_INFINITY;
        double min = Double.POSITIVE_INFINITY;
        for (float[] map : maps) {
            for (int i = 0; i < map.length; i++) {
                if (!Float.isNaN(map[i])) {
                    max = Math.max(max, map[i]);
                    min = Math.min(min, map[i]);
                    if (i % step == 0 && map[i] != 0f) {
                        values[n++] = map[i];
                    }
                }
            }
        }
        if (min > max) {
            return new ColorScale(0, 0, false);
        }
        Arrays.sort(values, 0, n);
        double cut = n == 0 ? max : values[(int) ((n - 1) * (1 - CUT))];
        double high = cut < min + 0.7 * (max - min) && cut > min ? cut : max;
        // Starts at 0 if the values still span most of the scale.
        double low = min >= 0 && min < 0.5 * high ? 0 : min;
        return new ColorScale(low, high, high < max);
    }

    /** Whether every value is the same, up to rounding. */
    boolean flat() {
        return !(high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high)));
    }

    /** The colour of a value, 0xRRGGBB. */
    public int color(double value) {
        return flat() ? at(0.5) : at((value - low) / (high - low));
    }

    /** The colour at a position of the scale, 0 … 1. */
    static int at(double place) {
        double at = Math.clamp(place, 0, 1) * (VIRIDIS.length - 1);
        int below = Math.min((int) at, VIRIDIS.length - 2);
        return mixed(VIRIDIS[below], VIRIDIS[below + 1], at - below);
    }

    /** (1 − part)·a + part·b for each of red, green and blue. */
    static int mixed(int a, int b, double part) {
        int result = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = a >> shift & 0xFF;
            int to = b >> shift & 0xFF;
            result |= (int) Math.round(from + (to - from) * part) << shift;
        }
        return result;
    }

    /** {@code count} labelled positions of the scale, from its start to its end. */
    List<Axis.Tick> ticks(int count) {
        if (flat()) {
            return List.of(new Axis.Tick(0.5, "everywhere " + text(low)));
        }
        List<String> labels = labels(count);
        List<Axis.Tick> ticks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String label = labels.get(i);
            ticks.add(new Axis.Tick(i / (count - 1.0), i == count - 1 && clipped ? "≥ " + label : label));
        }
        return ticks;
    }

    /** Evenly spaced values in three digits, or in as many as tell them apart. */
    private List<String> labels(int count) {
        double[] values = IntStream.range(0, count)
                .mapToDouble(i -> low + i / (count - 1.0) * (high - low))
                .toArray();
        List<String> labels = Arrays.stream(values).mapToObj(ColorScale::text).toList();
        for (int digits = 4; digits <= MOST_DIGITS && labels.stream().distinct().count() < count; digits++) {
            String format = "%." + digits + "g";
            labels = Arrays.stream(values)
                    .mapToObj(v -> String.format(Locale.ROOT, format, v))
                    .toList();
        }
        return labels;
    }

    /** A value in three digits. */
    public static String text(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size >= 1e5 || size < 1e-3) {
            return String.format(Locale.ROOT, "%.2g", value)
                    .replaceFirst("e([+-])0*(\\d)", "e$1$2")
                    .replace("e+", "e");
        }
        String text = String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.3g", value);
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }
}
