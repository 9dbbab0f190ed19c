package farsight.data.points;

import farsight.data.DataException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Points in space with their colour, normal and label where known. An organised cloud comes from a camera and has its
 * points in rows; any other has one row, width = points and height = 1.
 *
 * @param points number of points, at least 1
 * @param width points per row
 * @param height rows; width · height = points
 * @param xyz positions, [points, 3] row-major, in the file's unit, all finite. They are doubles: in map coordinates,
 *     metres are the last digits of millions
 * @param rgb red, green and blue as 0 … 1, [points, 3], 0 where a point has none; or null
 * @param normals normals as the file has them, [points, 3], 0 where a point has none; or null
 * @param labels a class or object number per point, or null
 * @param dropped number of points left out because their position is not finite
 * @param places index of each point in the file, from 0, ascending; or null where none was left out
 * @param notes data that was read otherwise than the file declares, or is missing in it, one line each
 */
@SuppressWarnings("ArrayRecordComponent") // Points are far too many to copy at each look.
public record PointCloud(
        int points,
        int width,
        int height,
        double[] xyz,
        float @Nullable [] rgb,
        float @Nullable [] normals,
        int @Nullable [] labels,
        int dropped,
        int @Nullable [] places,
        List<String> notes) {
    /** Coordinates per point. */
    static final int AXES = 3;

    /** Most points of a cloud: nine features of each must fit a Java array. */
    public static final int MAX_POINTS = (Integer.MAX_VALUE - 8) / 9;

    /**
     * @throws DataException where the arrays or the rows do not match the number of points
     */
    public PointCloud {
        if (points < 1 || points > MAX_POINTS || (long) width * height != points || width < 1 || dropped < 0) {
            throw new DataException("a point cloud of %d points in %d rows of %d: expected 1 to %d in full rows"
                    .formatted(points, height, width, MAX_POINTS));
        }
        boolean fits = xyz.length == AXES * points
                && (rgb == null || rgb.length == AXES * points)
                && (normals == null || normals.length == AXES * points)
                && (labels == null || labels.length == points)
                && (places == null || places.length == points);
        if (!fits) {
            throw new DataException("the arrays of a point cloud do not fit its %d points".formatted(points));
        }
        notes = List.copyOf(notes);
    }

    /** A cloud whose positions are floats, with nothing to note. */
    public PointCloud(
            int points,
            int width,
            int height,
            float[] xyz,
            float @Nullable [] rgb,
            float @Nullable [] normals,
            int @Nullable [] labels,
            int dropped,
            int @Nullable [] places) {
        this(points, width, height, doubles(xyz), rgb, normals, labels, dropped, places, List.of());
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    /** Whether the points lie in rows: there is more than one. */
    public boolean organised() {
        return height > 1;
    }

    /** Names of the {@link #features} of a point, in order. */
    public List<String> featureNames() {
        List<String> names = new ArrayList<>(List.of("x", "y", "z"));
        if (rgb != null) {
            names.addAll(List.of("red", "green", "blue"));
        }
        if (normals != null) {
            names.addAll(List.of("nx", "ny", "nz"));
        }
        return List.copyOf(names);
    }

    /**
     * All that is known of each point but its label. The position is moved so that the cloud's mean is 0 and scaled so
     * that the farthest point is at distance 1. Colour and normal follow where known.
     *
     * @return [points, k] row-major, k = {@code featureNames().size()}
     */
    public float[] features() {
        int k = featureNames().size();
        float[] features = new float[points * k];
        double[] centre = centre();
        double radius = radius(centre);
        // A single point, or all in one place, stay at the centre.
        double scale = radius > 0 ? 1 / radius : 0;
        for (int p = 0; p < points; p++) {
            for (int axis = 0; axis < AXES; axis++) {
                int in = AXES * p + axis;
                int out = k * p + axis;
                features[out] = (float) ((xyz[in] - centre[axis]) * scale);
                if (rgb != null) {
                    out += AXES;
                    features[out] = rgb[in];
                }
                if (normals != null) {
                    out += AXES;
                    features[out] = normals[in];
                }
            }
        }
        return features;
    }

    // Summed relative to the first point: a sum of millions of millions would round the last digits away.
    private double[] centre() {
        double[] sums = new double[AXES];
        for (int i = 0; i < xyz.length; i++) {
            sums[i % AXES] += xyz[i] - xyz[i % AXES];
        }
        double[] centre = new double[AXES];
        for (int axis = 0; axis < AXES; axis++) {
            centre[axis] = xyz[axis] + sums[axis] / points;
        }
        return centre;
    }

    private double radius(double[] centre) {
        double largest = 0;
        for (int p = 0; p < points; p++) {
            double square = 0;
            for (int axis = 0; axis < AXES; axis++) {
                double distance = xyz[AXES * p + axis] - centre[axis];
                square += distance * distance;
            }
            largest = Math.max(largest, square);
        }
        return Math.sqrt(largest);
    }
}
