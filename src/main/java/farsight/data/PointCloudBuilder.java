package farsight.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gathers a file's points, leaving out those without a position. */
final class PointCloudBuilder {
    private static final int AXES = PointCloud.AXES;

    private final Path path;
    private final boolean packed;
    private final float[] xyz;
    private final float @Nullable [] rgb;
    private final float @Nullable [] normals;
    private final int @Nullable [] labels;
    private final int[] places;
    private int kept;
    private int dropped;

    /**
     * @param slots what the file says of a point
     */
    PointCloudBuilder(Path path, int points, Set<PointSlot> slots) {
        this.path = path;
        packed = slots.contains(PointSlot.PACKED);
        boolean coloured = packed || slots.containsAll(EnumSet.of(PointSlot.RED, PointSlot.GREEN, PointSlot.BLUE));
        boolean oriented = slots.containsAll(EnumSet.of(PointSlot.NX, PointSlot.NY, PointSlot.NZ));
        xyz = new float[AXES * points];
        rgb = coloured ? new float[AXES * points] : null;
        normals = oriented ? new float[AXES * points] : null;
        labels = slots.contains(PointSlot.LABEL) ? new int[points] : null;
        places = new int[points];
    }

    /** The bytes {@link PointCloud}'s arrays take at most. */
    static long bytes(long points) {
        return points * (3L * AXES * Float.BYTES + 2L * Integer.BYTES);
    }

    /**
     * Refuses a number of points that no cloud can have.
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
     * Takes the next point.
     *
     * @param row one number a {@link PointSlot}
     */
    void add(double[] row) {
        int at = AXES * kept;
        boolean finite = true;
        for (int axis = 0; axis < AXES; axis++) {
            xyz[at + axis] = (float) row[PointSlot.X.place() + axis];
            finite &= Float.isFinite(xyz[at + axis]);
        }
        if (!finite) {
            dropped++;
            return;
        }
        if (rgb != null) {
            addColour(row, rgb, at);
        }
        if (normals != null) {
            addNormal(row, normals, at);
        }
        if (labels != null) {
            labels[kept] = (int) (long) row[PointSlot.LABEL.place()];
        }
        places[kept] = kept + dropped;
        kept++;
    }

    private void addColour(double[] row, float[] rgb, int at) {
        long word = (long) row[PointSlot.PACKED.place()];
        for (int c = 0; c < AXES; c++) {
            double value = packed ? (word >>> (16 - 8 * c) & 0xff) / 255.0 : row[PointSlot.RED.place() + c];
            // NaN becomes 0.
            rgb[at + c] = value > 0 ? (float) Math.min(value, 1) : 0f;
        }
    }

    // Where a normal could not be estimated its writer puts NaN, which no feature may be.
    private static void addNormal(double[] row, float[] normals, int at) {
        boolean finite = true;
        for (int axis = 0; axis < AXES; axis++) {
            normals[at + axis] = (float) row[PointSlot.NX.place() + axis];
            finite &= Float.isFinite(normals[at + axis]);
        }
        if (!finite) {
            Arrays.fill(normals, at, at + AXES, 0f);
        }
    }

    /**
     * The cloud.
     *
     * @param width points a row of the file
     * @param height rows of the file; forgotten where points are left out, for the rows are ragged then
     */
    PointCloud build(int width, int height) {
        if (kept == 0) {
            throw new DataException("%s has no point with a finite position among its %d".formatted(path, dropped));
        }
        boolean whole = dropped == 0;
        return new PointCloud(
                kept,
                whole ? width : kept,
                whole ? height : 1,
                Arrays.copyOf(xyz, AXES * kept),
                rgb == null ? null : Arrays.copyOf(rgb, AXES * kept),
                normals == null ? null : Arrays.copyOf(normals, AXES * kept),
                labels == null ? null : Arrays.copyOf(labels, kept),
                dropped,
                whole ? null : Arrays.copyOf(places, kept));
    }
}
