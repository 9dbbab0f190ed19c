package farsight.model;

import farsight.data.GridShape;
import farsight.data.ImageFile;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The size an image is brought to before it is lifted to features.
 *
 * @param grid exactly this
 * @param positions the grid of so many positions that is nearest to the image's form
 */
public record ImageSize(Optional<GridShape> grid, OptionalLong positions) {

    /** As it is in its file. */
    public static ImageSize asStored() {
        return new ImageSize(Optional.empty(), OptionalLong.empty());
    }

    /** Exactly so many columns and rows. */
    public static ImageSize exactly(int width, int height) {
        return new ImageSize(Optional.of(new GridShape(height, width)), OptionalLong.empty());
    }

    /** Exactly so many positions, in the form nearest to the image's: see {@link GridShape#near}. */
    public static ImageSize positions(long n) {
        return new ImageSize(Optional.empty(), OptionalLong.of(n));
    }

    /** The grid for an image. */
    GridShape of(ImageFile image) {
        if (positions.isPresent()) {
            return GridShape.near(positions.getAsLong(), image.aspect());
        }
        return grid.orElse(new GridShape(image.height(), image.width()));
    }
}
