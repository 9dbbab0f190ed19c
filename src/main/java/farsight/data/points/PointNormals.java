package farsight.data.points;

import farsight.data.DataException;
import farsight.data.ScalarType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The normals of a cloud's points while it is read: as the file has them; 0 where a normal could not be estimated,
 * which writers mark with NaN; scaled to length 1 where they are integers, whose scale the file does not state.
 */
final class PointNormals {
    private static final int AXES = PointCloud.AXES;

    private final Path path;
    private final PointLayout layout;
    private final float[] normals;
    private double most;
    private int missing;

    PointNormals(Path path, int points, PointLayout layout) {
        this.path = path;
        this.layout = layout;
        normals = new float[AXES * points];
    }

    void add(double[] row, int point) {
        int at = AXES * point;
        boolean finite = true;
        for (int axis = 0; axis < AXES; axis++) {
            normals[at + axis] = (float) row[PointSlot.NX.place() + axis];
            finite &= Float.isFinite(normals[at + axis]);
        }
        if (!finite) {
            missing++;
            Arrays.fill(normals, at, at + AXES, 0f);
            return;
        }
        for (int axis = 0; axis < AXES; axis++) {
            most = Math.max(most, Math.abs(normals[at + axis]));
        }
    }

    /**
     * The normals, [points, 3]; null where no point has one.
     *
     * @param notes takes a line for each irregularity
     * @throws DataException where their type is unsigned, so no normal points backwards
     */
    float @Nullable [] values(int points, List<String> notes) {
        if (missing == points) {
            notes.add("%s has no normal for any of its points: it is read without normals".formatted(path));
            return null;
        }
        float[] kept = normals.length == AXES * points ? normals : Arrays.copyOf(normals, AXES * points);
        ScalarType type = wholeType();
        if (type != null && most > 1) {
            if (type.isUnsigned()) {
                throw new DataException("%s has normals of type %s up to %.0f, expected floats, or signed whole numbers"
                        .formatted(path, type.text(), most));
            }
            notes.add("%s has normals of type %s up to %.0f: each is brought to length 1"
                    .formatted(path, type.text(), most));
            toUnitLength(kept);
        }
        if (missing > 0) {
            notes.add("%s has no normal for %,d of its points: theirs is taken as 0".formatted(path, missing));
        }
        return kept;
    }

    private @Nullable ScalarType wholeType() {
        for (PointSlot slot : List.of(PointSlot.NX, PointSlot.NY, PointSlot.NZ)) {
            if (!layout.type(slot).isFloat()) {
                return layout.type(slot);
            }
        }
        return null;
    }

    private static void toUnitLength(float[] normals) {
        for (int at = 0; at < normals.length; at += AXES) {
            double square = 0;
            for (int axis = 0; axis < AXES; axis++) {
                square += (double) normals[at + axis] * normals[at + axis];
            }
            for (int axis = 0; axis < AXES && square > 0; axis++) {
                normals[at + axis] = (float) (normals[at + axis] / Math.sqrt(square));
            }
        }
    }
}
