package farsight.data.image;

import farsight.data.DataException;
import farsight.data.Heap;
import farsight.data.Room;
import java.nio.file.Path;

/** Image files and sizes. */
public final class Images {
    private Images() {}

    /**
     * Reads an image file: PNG, JPEG, GIF, BMP, TIFF and any other format that this JVM's ImageIO reads; of several
     * pictures, the first.
     *
     * <p>Samples of any depth become 0 … 1 by division by their largest value, as stored: no colour profile is applied.
     * Floats are taken as 0 … 1, or as 0 … 255 or 0 … 65535 where their values reach that far. Grey becomes three equal
     * channels. Transparent pixels are laid over white. A picture is turned upright by its EXIF orientation.
     * {@link ImageFile#notes} lists all that was read otherwise.
     *
     * @throws DataException in one line where the file is missing, a folder, unreadable, not an image, damaged, of a
     *     form whose samples would be misread, or larger than {@link Image#MAX_PIXELS} or the memory allow
     */
    public static Image read(Path path) {
        return ImageFile.open(path).read(Room.OF_HEAP);
    }

    /**
     * Resizes an image by a triangle filter. Enlarging is bilinear. When shrinking, the filter widens with the step, so
     * that every pixel counts and nothing aliases. An output pixel is Σ w·in over the inputs within the filter's reach,
     * with Σ w = 1.
     *
     * @throws DataException where the size is out of bounds (see {@link Image})
     */
    public static Image resize(Image image, int width, int height) {
        Image.checkSize("an image resized to", width, height);
        if (width == image.width() && height == image.height()) {
            return image;
        }
        String what = "resizing an image to %d x %d pixels".formatted(width, height);
        long bytes = Resampling.bytes(image.width(), image.height(), width, height);
        return Heap.within(bytes, what, () -> Resampling.resize(image, width, height));
    }
}
