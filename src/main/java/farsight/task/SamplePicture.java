package farsight.task;

import farsight.block.Grid;
import farsight.data.Tensor;
import farsight.network.Extents;
import java.util.Arrays;
import java.util.Optional;

/**
 * A sample as a person sees it. Each position of its grid is a square of pixels.
 *
 * @param columns pixels of a row
 * @param rgb 0xRRGGBB of each pixel, row-major
 */
public record SamplePicture(int columns, int[] rgb) {

    private static final int COLORS = 3;

    /** Rows of pixels. */
    public int rows() {
        return rgb.length / columns;
    }

    /**
     * A sample of one channel as greys, dark where it is large, or of three channels as red, green and blue, from the
     * least number of the sample to the largest.
     *
     * @param x [B, C, H, W]
     * @return empty for other channels, or positions in no plane
     */
    public static Optional<SamplePicture> ofChannels(Extents one, Tensor x, int sample) {
        Grid grid = one.grid();
        if (grid == null || grid.extents().size() != 2 || (one.channels() != 1 && one.channels() != COLORS)) {
            return Optional.empty();
        }
        int cells = Math.toIntExact(one.positions());
        int channels = Math.toIntExact(one.channels());
        long first = (long) sample * channels * cells;
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < channels * cells; i++) {
            float v = x.get(first + i);
            least = Float.isFinite(v) ? Math.min(least, v) : least;
            most = Float.isFinite(v) ? Math.max(most, v) : most;
        }
        int[] rgb = new int[cells];
        for (int i = 0; i < cells; i++) {
            int color = 0;
            for (int c = 0; c < COLORS; c++) {
                float v = x.get(first + (long) (channels == 1 ? 0 : c) * cells + i);
                float share = most > least && Float.isFinite(v) ? (v - least) / (most - least) : 0;
                color = color << 8 | Math.round(255 * (channels == 1 ? 1 - share : share));
            }
            rgb[i] = color;
        }
        return Optional.of(new SamplePicture(Math.toIntExact(grid.extents().getLast()), rgb));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SamplePicture p && p.columns == columns && Arrays.equals(p.rgb, rgb);
    }

    @Override
    public int hashCode() {
        return 31 * columns + Arrays.hashCode(rgb);
    }
}
