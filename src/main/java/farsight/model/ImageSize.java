package farsight.model;

import farsight.block.Grid;
import farsight.data.DataException;
import farsight.data.image.ImageFile;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The size to which an image is resized before it is lifted to features.
 *
 * @param grid exactly this grid
 * @param positions the grid of this many positions whose aspect is nearest to the image's
 */
public record ImageSize(Optional<Grid> grid, OptionalLong positions) {

    /** The image's own size. */
    public static ImageSize asStored() {
        return new ImageSize(Optional.empty(), OptionalLong.empty());
    }

    /**
     * Exactly this many columns and rows.
     *
     * @throws DataException where a side is below 1
     */
    public static ImageSize exactly(int width, int height) {
        if (height < 1 || width < 1) {
            throw new DataException("a grid of %d x %d: expected sides of at least 1".formatted(height, width));
        }
        return new ImageSize(Optional.of(new Grid(height, width)), OptionalLong.empty());
    }

    /**
     * Exactly this many positions, with the aspect nearest to the image's: see {@link Grid#near}.
     *
     * @param n from 1 to 2³¹ − 1
     * @throws DataException where n is out of these bounds
     */
    public static ImageSize positions(long n) {
        if (n < 1 || n > Integer.MAX_VALUE) {
            throw new DataException("a grid of %d positions: expected 1 to %d".formatted(n, Integer.MAX_VALUE));
        }
        return new ImageSize(Optional.empty(), OptionalLong.of(n));
    }

    /** The grid for an image. */
    Grid of(ImageFile image) {
        if (positions.isPresent()) {
            return Grid.near(positions.getAsLong(), image.aspect());
        }
        return grid.orElse(new Grid(image.height(), image.width()));
    }
}
