package farsight.data.points;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The labels of a cloud's points while it is read. */
final class PointLabels {
    private static final double UNSIGNED = 0x1p32;

    private final Path path;
    private final int[] labels;
    private int missing;
    private int odd;
    private int large;

    PointLabels(Path path, int points) {
        this.path = path;
        labels = new int[points];
    }

    void add(double value, int point) {
        if (Double.isNaN(value)) {
            missing++;
        } else if (value != Math.rint(value) || value < Integer.MIN_VALUE || value >= UNSIGNED) {
            odd++;
        } else {
            large += value > Integer.MAX_VALUE ? 1 : 0;
            labels[point] = (int) (long) value;
        }
    }

    /**
     * The labels; null where a point has none, or one that is not a 32-bit integer: no other number could stand for it.
     *
     * @param notes takes a line for each irregularity
     */
    int @Nullable [] values(int points, List<String> notes) {
        if (missing + odd > 0) {
            notes.add("%s has no label for %,d of its points, and one that is no whole number of 32 bits for %,d:"
                            .formatted(path, missing, odd)
                    + " its labels are left out");
            return null;
        }
        if (large > 0) {
            notes.add("%s has %,d labels of 2^31 and more: they are kept as the negative numbers of the same bits"
                    .formatted(path, large));
        }
        return labels.length == points ? labels : Arrays.copyOf(labels, points);
    }
}
