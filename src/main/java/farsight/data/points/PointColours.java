package farsight.data.points;

import farsight.data.ColourRange;
import farsight.data.DataException;
import farsight.data.ScalarType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The colours of a cloud's points while it is read. A colour with a missing part (NaN, infinite) becomes 0 in all
 * three, adds nothing to features, and is counted.
 */
final class PointColours {
    private static final int CHANNELS = 3;

    private final Path path;
    private final boolean packed;
    private final float[] rgb;
    private final ColourRange[] ranges = new ColourRange[CHANNELS];
    private int missing;

    PointColours(Path path, int points, PointLayout layout) {
        this.path = path;
        packed = layout.packed();
        rgb = new float[CHANNELS * points];
        if (!packed) {
            for (int c = 0; c < CHANNELS; c++) {
                ranges[c] = range(layout, c);
            }
        }
    }

    // Columns of one type share a range: a cloud without blue is not dark.
    private ColourRange range(PointLayout layout, int c) {
        ScalarType type = type(layout, c);
        return c > 0 && type(layout, c - 1) == type ? ranges[c - 1] : new ColourRange(type);
    }

    private static ScalarType type(PointLayout layout, int c) {
        return layout.type(c == 0 ? PointSlot.RED : c == 1 ? PointSlot.GREEN : PointSlot.BLUE);
    }

    void add(double[] row, int point) {
        int at = CHANNELS * point;
        if (packed) {
            addPacked(row[PointSlot.PACKED.place()], at);
            return;
        }
        int red = PointSlot.RED.place();
        for (int c = 0; c < CHANNELS; c++) {
            if (!Double.isFinite(row[red + c])) {
                addMissing(at);
                return;
            }
        }
        for (int c = 0; c < CHANNELS; c++) {
            rgb[at + c] = (float) ranges[c].take(row[red + c]);
        }
    }

    private void addPacked(double value, int at) {
        if (Double.isNaN(value)) {
            addMissing(at);
            return;
        }
        long word = (long) value;
        for (int c = 0; c < CHANNELS; c++) {
            rgb[at + c] = (float) ((word >>> (16 - 8 * c) & 0xff) / 255.0);
        }
    }

    private void addMissing(int at) {
        missing++;
        Arrays.fill(rgb, at, at + CHANNELS, Float.NaN);
    }

    /**
     * Red, green and blue as 0 … 1, [points, 3]; null where no point has a colour.
     *
     * @param notes takes a line where values differ from the declaration
     * @throws DataException where the values fit no range of colours
     */
    float @Nullable [] values(int points, List<String> notes) {
        if (missing == points) {
            notes.add("%s has no colour for any of its points: it is read without colours".formatted(path));
            return null;
        }
        float[] kept = rgb.length == CHANNELS * points ? rgb : Arrays.copyOf(rgb, CHANNELS * points);
        double[] full = new double[CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
            full[c] = packed ? 1 : c > 0 && ranges[c] == ranges[c - 1] ? full[c - 1] : ranges[c].full(path, notes);
        }
        for (int i = 0; i < kept.length; i++) {
            kept[i] = Float.isNaN(kept[i]) ? 0 : (float) Math.clamp(kept[i] / full[i % CHANNELS], 0.0, 1.0);
        }
        if (missing > 0) {
            notes.add("%s has no colour for %,d of its points: theirs is taken as 0".formatted(path, missing));
        }
        return kept;
    }
}
