package farsight.inspect;

import farsight.block.Grid;
import farsight.data.image.Image;
import farsight.data.points.PointCloud;
import farsight.model.FeatureShape;
import farsight.model.Origin;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The places of positions in a picture of width·height cells.
 *
 * @param width columns
 * @param height rows
 * @param cells the cell of each position, row-major
 * @param picture background of the maps, of any size; in grey
 * @param grid whether each position has a cell of its own
 * @param words describes the picture
 */
@SuppressWarnings("ArrayRecordComponent") // Positions are far too many to copy at each look.
public record Scene(int width, int height, int[] cells, Image picture, boolean grid, String words) {

    /** Cells along the longer side of a cloud's picture. */
    private static final int CLOUD_CELLS = 160;

    /**
     * The scene of some features.
     *
     * @param x the features, [N, C]
     * @return null where the positions have no place: points with only features known
     */
    static @Nullable Scene of(Origin origin, FeatureShape shape, float[] x) {
        Grid grid = shape.grid();
        return switch (origin) {
            case Origin.Photograph p -> onGrid(grid, p.picture().get(), "the picture");
            case Origin.Cloud c -> cloud(c.cloud());
            case Origin.Numbers _ ->
                grid.plane()
                        ? onGrid(grid, norms(grid, x), "the norm of the features, brighter where it is larger")
                        : null;
        };
    }

    private static Scene onGrid(Grid grid, Image picture, String words) {
        int[] cells = new int[Math.toIntExact(grid.positions())];
        Arrays.setAll(cells, i -> i);
        return new Scene((int) grid.width(), (int) grid.height(), cells, picture, true, words);
    }

    private static Image norms(Grid grid, float[] x) {
        int n = Math.toIntExact(grid.positions());
        int width = x.length / n;
        float[] norms = new float[n];
        float largest = 0;
        for (int i = 0; i < n; i++) {
            double square = 0;
            for (int k = 0; k < width; k++) {
                square += (double) x[i * width + k] * x[i * width + k];
            }
            norms[i] = (float) Math.sqrt(square);
            largest = Math.max(largest, norms[i]);
        }
        float[] rgb = new float[Image.CHANNELS * n];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = largest == 0 ? 0 : norms[i / Image.CHANNELS] / largest;
        }
        return new Image((int) grid.width(), (int) grid.height(), rgb);
    }

    // Seen along the axis of least extent, which leaves the two largest in the picture.
    private static Scene cloud(PointCloud cloud) {
        double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int i = 0; i < cloud.xyz().length; i++) {
            low[i % 3] = Math.min(low[i % 3], cloud.xyz()[i]);
            high[i % 3] = Math.max(high[i % 3], cloud.xyz()[i]);
        }
        int least = 2;
        for (int axis = 1; axis >= 0; axis--) {
            least = high[axis] - low[axis] < high[least] - low[least] ? axis : least;
        }
        int across = least == 0 ? 1 : 0;
        int down = least == 2 ? 1 : 2;
        double sideX = high[across] - low[across];
        double sideY = high[down] - low[down];
        double cell = Math.max(Math.max(sideX, sideY) / CLOUD_CELLS, Float.MIN_NORMAL);
        int width = 1 + (int) (sideX / cell);
        int height = 1 + (int) (sideY / cell);
        int[] cells = new int[cloud.points()];
        for (int p = 0; p < cells.length; p++) {
            int x = (int) ((cloud.xyz()[3 * p + across] - low[across]) / cell);
            // z points up, and y, in a camera's frame, down.
            double below = down == 2 ? high[down] - cloud.xyz()[3 * p + down] : cloud.xyz()[3 * p + down] - low[down];
            cells[p] = Math.min(height - 1, (int) (below / cell)) * width + Math.min(width - 1, x);
        }
        String words = "the points seen along %s, %s to the right and %s %s"
                .formatted("xyz".charAt(least), "xyz".charAt(across), "xyz".charAt(down), down == 2 ? "up" : "down");
        return new Scene(width, height, cells, colours(cloud, cells, width, height), false, words);
    }

    private static Image colours(PointCloud cloud, int[] cells, int width, int height) {
        float[] rgb = new float[Image.CHANNELS * width * height];
        int[] counts = new int[width * height];
        float[] colour = cloud.rgb();
        for (int p = 0; p < cells.length; p++) {
            counts[cells[p]]++;
            for (int c = 0; c < Image.CHANNELS; c++) {
                rgb[cells[p] * Image.CHANNELS + c] += colour == null ? 0.5f : colour[3 * p + c];
            }
        }
        for (int i = 0; i < rgb.length; i++) {
            int count = counts[i / Image.CHANNELS];
            rgb[i] = count == 0 ? 1 : rgb[i] / count;
        }
        return new Image(width, height, rgb);
    }

    /** The position nearest to the centre of a cell; of several, the first. */
    Query nearest(int x, int y) {
        long least = Long.MAX_VALUE;
        int best = 0;
        for (int i = 0; i < cells.length; i++) {
            long dx = (long) cells[i] % width - x;
            long dy = (long) cells[i] / width - y;
            if (dx * dx + dy * dy < least) {
                least = dx * dx + dy * dy;
                best = i;
            }
        }
        return at(best);
    }

    /** A position with its cell. */
    Query at(int position) {
        return new Query(position, cells[position] % width, cells[position] / width);
    }

    /**
     * Values per cell from values per position: the mean over the cell's positions, NaN where there are none.
     *
     * @param values one per position; NaN values are skipped
     */
    public float[] perCell(float[] values) {
        double[] sums = new double[width * height];
        int[] counts = new int[sums.length];
        for (int i = 0; i < values.length; i++) {
            if (!Float.isNaN(values[i])) {
                sums[cells[i]] += values[i];
                counts[cells[i]]++;
            }
        }
        float[] means = new float[sums.length];
        for (int c = 0; c < means.length; c++) {
            means[c] = counts[c] == 0 ? Float.NaN : (float) (sums[c] / counts[c]);
        }
        return means;
    }
}
