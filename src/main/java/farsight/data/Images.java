package farsight.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/** Image files and sizes. */
public final class Images {
    private static final String EXPECTED = "an image";

    /** The bytes a pixel takes while it is read: three floats beside the decoded samples. */
    private static final long BYTES_PER_PIXEL = Image.CHANNELS * (Float.BYTES + 1);

    private Images() {}

    /**
     * Reads an image file: PNG, JPEG, GIF, BMP, TIFF and whatever else the ImageIO of this JVM reads;
     * of a file of many, the first.
     *
     * <p>Samples of any depth become 0 … 1 by division by their largest value, as they are stored: no
     * colour profile is applied. Grey becomes three equal channels; transparent pixels are laid over
     * white.
     *
     * @throws DataException in one line where the file is missing, a folder or unreadable, no image, a
     *     damaged one, or larger than {@link Image#MAX_PIXELS} or the memory allow
     */
    public static Image read(Path path) {
        InputFiles.check(path, EXPECTED);
        try (ImageInputStream in = ImageIO.createImageInputStream(path.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DataException(path + " is not an image this Java reads: expected one of " + formats());
            }
            ImageReader reader = readers.next();
            try {
                return read(path, reader, in);
            } finally {
                reader.dispose();
            }
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Damaged files make the decoders throw whatever their arithmetic ends in.
            throw damaged(path, e);
        }
    }

    /**
     * An image at another size, by a triangle filter: bilinear where it grows, and where it shrinks
     * the filter widens with the step, so that every pixel counts and nothing aliases. An output pixel
     * is Σ w·in over the inputs within the filter's reach, with Σ w = 1.
     *
     * @throws DataException where the size is out of bounds (see {@link Image})
     */
    public static Image resize(Image image, int width, int height) {
        Image.checkSize("an image resized to", width, height);
        if (width == image.width() && height == image.height()) {
            return image;
        }
        String what = "resizing an image to %d x %d pixels".formatted(width, height);
        long bytes = (long) width * height * Image.CHANNELS * Float.BYTES;
        return Heap.within(bytes, what, () -> Resampling.resize(image, width, height));
    }

    private static Image read(Path path, ImageReader reader, ImageInputStream in) throws IOException {
        // Not ignoring metadata: the transparent colour of a PNG is among it.
        reader.setInput(in, true, false);
        Truncation truncation = new Truncation();
        reader.addIIOReadWarningListener(truncation);
        // The header's size first: a small file may claim, and unpack to, any number of pixels.
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        Image.checkSize("the image " + path, width, height);
        String what = "reading the image %s of %d x %d pixels".formatted(path, width, height);
        BufferedImage decoded = Heap.within(width * BYTES_PER_PIXEL * height, what, () -> decode(path, reader));
        if (truncation.warning != null) {
            throw new DataException("cannot read the image " + path + ": it is cut off: " + truncation.warning);
        }
        return Heap.within(width * BYTES_PER_PIXEL * height, what, () -> toImage(decoded));
    }

    private static BufferedImage decode(Path path, ImageReader reader) {
        try {
            return reader.read(0);
        } catch (IOException e) {
            throw damaged(path, e);
        }
    }

    private static DataException damaged(Path path, Exception e) {
        return new DataException(
                "cannot read the image %s: it is damaged, or of a kind this Java does not read: %s"
                        .formatted(path, InputFiles.reason(e)),
                e);
    }

    private static String formats() {
        return Arrays.stream(ImageIO.getReaderFormatNames())
                .map(name -> name.toUpperCase(Locale.ROOT))
                // Two names of formats that have another here already.
                .filter(name -> !name.equals("JPG") && !name.equals("TIF"))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static Image toImage(BufferedImage source) {
        int width = source.getWidth();
        int height = source.getHeight();
        float[] rgb = new float[Image.CHANNELS * width * height];
        if (hasPlainSamples(source)) {
            fromSamples(source, rgb);
        } else {
            fromPackedColours(source, rgb);
        }
        return new Image(width, height, rgb);
    }

    /** Whether the raster's bands are grey or red, green, blue, perhaps with alpha, unsigned or float. */
    private static boolean hasPlainSamples(BufferedImage source) {
        ColorModel model = source.getColorModel();
        int space = model.getColorSpace().getType();
        int sample = source.getSampleModel().getDataType();
        int components = model.getNumComponents();
        return !(model instanceof IndexColorModel)
                && (space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB)
                && sample != DataBuffer.TYPE_SHORT
                && (model.getComponentSize(0) != Integer.SIZE || isFloat(sample))
                && source.getRaster().getNumBands() == components;
    }

    private static boolean isFloat(int dataType) {
        return dataType == DataBuffer.TYPE_FLOAT || dataType == DataBuffer.TYPE_DOUBLE;
    }

    // Not by getRGB: that keeps 8 bits of 16, and brightens grey because Java takes grey samples for
    // linear light.
    private static void fromSamples(BufferedImage source, float[] rgb) {
        ColorModel model = source.getColorModel();
        Raster raster = source.getRaster();
        int width = source.getWidth();
        int bands = raster.getNumBands();
        int green = model.getNumColorComponents() == 1 ? 0 : 1;
        int blue = 2 * green;
        float[] largest = new float[bands];
        for (int band = 0; band < bands; band++) {
            largest[band] = isFloat(raster.getTransferType()) ? 1f : (1L << model.getComponentSize(band)) - 1;
        }
        float[] row = new float[bands * width];
        for (int y = 0; y < source.getHeight(); y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int in = x * bands;
                int out = (y * width + x) * Image.CHANNELS;
                float alpha = model.hasAlpha() ? row[in + bands - 1] / largest[bands - 1] : 1f;
                float factor = model.isAlphaPremultiplied() ? 1f : alpha;
                float white = 1f - alpha;
                rgb[out] = unit(row[in] / largest[0] * factor + white);
                rgb[out + 1] = unit(row[in + green] / largest[green] * factor + white);
                rgb[out + 2] = unit(row[in + blue] / largest[blue] * factor + white);
            }
        }
    }

    // Palettes, and colour spaces that Java converts.
    private static void fromPackedColours(BufferedImage source, float[] rgb) {
        int width = source.getWidth();
        int[] row = new int[width];
        for (int y = 0; y < source.getHeight(); y++) {
            source.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++) {
                int out = (y * width + x) * Image.CHANNELS;
                float alpha = (row[x] >>> 24) / 255f;
                for (int c = 0; c < Image.CHANNELS; c++) {
                    float sample = (row[x] >>> (16 - 8 * c) & 0xff) / 255f;
                    rgb[out + c] = unit(sample * alpha + (1f - alpha));
                }
            }
        }
    }

    // NaN, which a float image may hold, becomes 0.
    private static float unit(float value) {
        return value > 0f ? Math.min(value, 1f) : 0f;
    }

    /** Hears of the one warning that means lost pixels: JPEG decoders fill what is missing with grey. */
    private static final class Truncation implements IIOReadWarningListener {
        private @Nullable String warning;

        @Override
        public void warningOccurred(ImageReader source, String text) {
            if (text.contains("runcated")) {
                warning = text;
            }
        }
    }
}
