package farsight.data.points;

import farsight.data.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects a file's points and leaves out those without a position. */
final class PointCloudBuilder {
    private static final int AXES = PointCloud.AXES;

    private final Path path;
    private final int points;
    private final PointLayout layout;
    private final double[] xyz;
    private final @Nullable PointColours colours;
    private final @Nullable PointNormals normals;
    private final @Nullable PointLabels labels;
    private int @Nullable [] places;
    private final List<String> notes = new ArrayList<>();
    private int kept;
    private int dropped;

    /**
     * @param layout meaning of the file's columns
     */
    PointCloudBuilder(Path path, int points, PointLayout layout) {
        this.path = path;
        this.points = points;
        this.layout = layout;
        xyz = new double[AXES * points];
        colours = layout.coloured() ? new PointColours(path, points, layout) : null;
        normals = layout.oriented() ? new PointNormals(path, points, layout) : null;
        labels = layout.labelled() ? new PointLabels(path, points) : null;
    }

    /** Most bytes of the points: in the arrays of {@link PointCloud}, and again as features. */
    static long bytes(PointLayout layout, long points) {
        long triple = (long) AXES * Float.BYTES;
        long known = (layout.coloured() ? triple : 0L) + (layout.oriented() ? triple : 0L);
        long numbers = layout.labelled() ? 2L * Integer.BYTES : Integer.BYTES;
        // While arrays are cut to the kept points, a copy of the positions takes the features' place.
        long copies = Math.max(triple + known, (long) AXES * Double.BYTES);
        return points * ((long) AXES * Double.BYTES + known + numbers + copies);
    }

    /**
     * Refuses a number of points out of bounds.
     *
     * @return the number
     */
    static int checkCount(Path path, long points) {
        if (points < 1 || points > PointCloud.MAX_POINTS) {
            throw new DataException("%s claims %s points, expected 1 to %d"
                    .formatted(path, Long.toUnsignedString(points), PointCloud.MAX_POINTS));
        }
        return (int) points;
    }

    /**
     * Adds the next point.
     *
     * @param row one number per {@link PointSlot}
     */
    void add(double[] row) {
        for (int axis = 0; axis < AXES; axis++) {
            double value = row[PointSlot.X.place() + axis];
            // Beyond a float's range, squared distances overflow a double.
            if (!(Math.abs(value) <= Float.MAX_VALUE)) {
                drop();
                return;
            }
            xyz[AXES * kept + axis] = value;
        }
        if (colours != null) {
            colours.add(row, kept);
        }
        if (normals != null) {
            normals.add(row, kept);
        }
        if (labels != null) {
            labels.add(row[PointSlot.LABEL.place()], kept);
        }
        if (places != null) {
            places[kept] = kept + dropped;
        }
        kept++;
    }

    private void drop() {
        if (places == null) {
            int[] numbers = new int[points];
            Arrays.setAll(numbers, i -> i);
            places = numbers;
        }
        dropped++;
    }

    /** Adds a warning. */
    void note(String note) {
        notes.add(note);
    }

    /**
     * The cloud.
     *
     * @param width points per row of the file
     * @param height rows of the file; ignored where points are left out, because the rows are then ragged
     */
    PointCloud build(int width, int height) {
        if (kept == 0) {
            throw new DataException("%s has no point with a finite position among its %d".formatted(path, dropped));
        }
        List<String> all = new ArrayList<>(layout.notes());
        all.addAll(notes);
        boolean whole = dropped == 0;
        return new PointCloud(
                kept,
                whole ? width : kept,
                whole ? height : 1,
                xyz.length == AXES * kept ? xyz : Arrays.copyOf(xyz, AXES * kept),
                colours == null ? null : colours.values(kept, all),
                normals == null ? null : normals.values(kept, all),
                labels == null ? null : labels.values(kept, all),
                dropped,
                places == null ? null : Arrays.copyOf(places, kept),
                all);
    }
}
