package farsight.data.image;

import farsight.data.ColourRange;
import farsight.data.DataException;
import farsight.data.ScalarType;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Converts a decoder's samples to red, green and blue, row by row. Integer samples become 0 … 1 by division by their
 * largest value. Floats stay unchanged until {@link #inRange} has seen them all.
 */
final class ImageSamples {
    private final Path path;
    private final ImageFacts facts;
    private final ColourRange range = new ColourRange(ScalarType.FLOAT32);
    private boolean floats;
    private boolean opacity;
    private boolean deep;
    private boolean transparent;
    private float brightest;
    private long broken;

    ImageSamples(Path path, ImageFacts facts) {
        this.path = path;
        this.facts = facts;
    }

    /**
     * Passes each row of a picture, or of a strip of it, as red, green and blue over white.
     *
     * @param rows number of rows to take, from the first
     * @param sink receives an array that is reused
     * @throws DataException where the samples are not known to be read right
     */
    void rows(BufferedImage source, int rows, Consumer<float[]> sink) {
        if (source.getColorModel() instanceof IndexColorModel) {
            fromPalette(source, rows, sink);
        } else {
            fromBands(source, rows, sink);
        }
    }

    private void fromPalette(BufferedImage source, int rows, Consumer<float[]> sink) {
        float[] palette = narrowMap()
                .map(ImageSamples::colours)
                .orElseGet(() -> colours((IndexColorModel) source.getColorModel()));
        int width = source.getWidth();
        int[] row = new int[width];
        float[] rgb = new float[Image.CHANNELS * width];
        for (int y = 0; y < rows; y++) {
            source.getRaster().getSamples(0, y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                int colour = Image.CHANNELS * row[x];
                if (colour >= palette.length) {
                    throw new DataException("cannot read the image %s: it is damaged: it has colour %d of %d"
                            .formatted(path, row[x], palette.length / Image.CHANNELS));
                }
                System.arraycopy(palette, colour, rgb, Image.CHANNELS * x, Image.CHANNELS);
            }
            sink.accept(rgb);
        }
    }

    // The colour map of a TIFF file has words, of which Java takes the upper byte; some writers fill only the lower
    // one.
    private Optional<long[]> narrowMap() {
        return facts.ifd()
                .filter(ifd -> ifd.number(Ifd.PHOTOMETRIC, 1) == 3)
                .map(ifd -> ifd.of(Ifd.COLOUR_MAP, 0))
                .filter(map -> Arrays.stream(map).max().orElse(0) <= 255);
    }

    private static float[] colours(long[] map) {
        int count = map.length / Image.CHANNELS;
        float[] colours = new float[Image.CHANNELS * count];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = map[i % Image.CHANNELS * count + i / Image.CHANNELS] / 255f;
        }
        return colours;
    }

    private static float[] colours(IndexColorModel model) {
        float[] colours = new float[Image.CHANNELS * model.getMapSize()];
        for (int i = 0; i < colours.length; i++) {
            int argb = model.getRGB(i / Image.CHANNELS);
            float alpha = (argb >>> 24) / 255f;
            float sample = (argb >>> (16 - 8 * (i % Image.CHANNELS)) & 0xff) / 255f;
            colours[i] = Math.clamp(sample * alpha + (1f - alpha), 0f, 1f);
        }
        return colours;
    }

    /** The meaning of a raster's bands. */
    private record Bands(int count, int green, int blue, int opacity, boolean premultiplied, float[] largest) {}

    // Not by getRGB: it keeps 8 bits of 16, and brightens grey because Java treats grey samples as linear light.
    private void fromBands(BufferedImage source, int rows, Consumer<float[]> sink) {
        Bands bands = bands(source);
        Raster raster = source.getRaster();
        int width = source.getWidth();
        float[] row = new float[bands.count * width];
        int[] words = isWords(source) ? new int[row.length] : new int[0];
        float[] rgb = new float[Image.CHANNELS * width];
        for (int y = 0; y < rows; y++) {
            if (words.length > 0) {
                raster.getPixels(0, y, width, 1, words);
                for (int i = 0; i < row.length; i++) {
                    row[i] = (float) (Integer.toUnsignedLong(words[i]) / 4294967295.0);
                }
            } else {
                raster.getPixels(0, y, width, 1, row);
            }
            if (floats) {
                checkFinite(row);
            }
            overWhite(row, bands, rgb);
            sink.accept(rgb);
        }
    }

    private void checkFinite(float[] row) {
        for (int i = 0; i < row.length; i++) {
            if (!Float.isFinite(row[i])) {
                row[i] = 0;
                broken++;
            }
        }
    }

    private void overWhite(float[] row, Bands bands, float[] rgb) {
        for (int in = 0, out = 0; out < rgb.length; in += bands.count, out += Image.CHANNELS) {
            float alpha = bands.opacity < 0 ? 1f : row[in + bands.opacity] / bands.largest[bands.opacity];
            float factor = bands.premultiplied ? 1f : alpha;
            transparent |= alpha < 1f;
            float white = 1f - alpha;
            rgb[out] = unit(row[in] / bands.largest[0]) * factor + white;
            rgb[out + 1] = unit(row[in + bands.green] / bands.largest[bands.green]) * factor + white;
            rgb[out + 2] = unit(row[in + bands.blue] / bands.largest[bands.blue]) * factor + white;
            if (!floats && bands.opacity >= 0) {
                // Premultiplied samples of a damaged file may exceed their opacity.
                for (int c = 0; c < Image.CHANNELS; c++) {
                    rgb[out + c] = Math.clamp(rgb[out + c], 0f, 1f);
                }
            }
        }
    }

    private float unit(float value) {
        if (floats) {
            range.take(value);
        } else {
            brightest = Math.max(brightest, value);
        }
        return value;
    }

    private Bands bands(BufferedImage source) {
        ColorModel model = source.getColorModel();
        int count = source.getRaster().getNumBands();
        int type = source.getSampleModel().getDataType();
        int space = model.getColorSpace().getType();
        int colours = facts.ifd().map(TiffFacts::colours).orElse(model.getNumColorComponents());
        boolean known = facts.ifd().isPresent() || space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB;
        floats = type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE;
        if (!known || type == DataBuffer.TYPE_SHORT || count != model.getNumComponents() || count < colours) {
            throw new DataException(
                    "the image %s has colours of %d samples that are not read, expected grey, RGB or a palette"
                            .formatted(path, count));
        }
        float[] largest = new float[count];
        for (int band = 0; band < count; band++) {
            boolean unit = floats || isWords(source);
            largest[band] = unit ? 1f : (1L << model.getComponentSize(band)) - 1;
        }
        deep = !floats && model.getComponentSize(0) >= Short.SIZE;
        int alpha = facts.ifd().map(TiffFacts::opacity).orElse(model.hasAlpha() ? count - 1 : -1);
        boolean premultiplied = facts.ifd().map(TiffFacts::premultiplied).orElse(model.isAlphaPremultiplied());
        opacity = alpha >= 0 && alpha < count;
        return new Bands(
                count, colours == 1 ? 0 : 1, colours == 1 ? 0 : 2, opacity ? alpha : -1, premultiplied, largest);
    }

    /** Whether samples are integers of 32 bits, whose upper half Java holds as negative numbers. */
    private static boolean isWords(BufferedImage source) {
        return source.getSampleModel().getDataType() == DataBuffer.TYPE_INT
                && source.getColorModel().getComponentSize(0) == Integer.SIZE;
    }

    /**
     * The picture made of all rows, perhaps resized, as 0 … 1.
     *
     * @param notes takes a line for each irregularity
     * @throws DataException where floats fit no range of colours
     */
    Image inRange(Image image, List<String> notes) {
        String name = "the image " + path;
        if (narrowMap().isPresent()) {
            notes.add(name + " has a colour map of 16 bits that never exceeds 255: it is taken as 0 … 255");
        }
        if (deep && brightest > 0 && brightest <= 255f / 65535) {
            notes.add(name + " has samples of 16 bits and more that never exceed 255 in 65535: it is nearly black");
        }
        if (transparent) {
            notes.add(name + " has transparent pixels: they are laid over white");
        }
        if (!floats) {
            return image;
        }
        if (broken > 0) {
            notes.add("%s has %,d samples that are NaN or infinite: they are taken as 0".formatted(name, broken));
        }
        double full = range.full(path, notes);
        if (opacity && full != 1) {
            throw new DataException(name + " has opacity and floats beyond 1, expected colours of 0 … 1");
        }
        float[] rgb = image.rgb();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (float) Math.clamp(rgb[i] / full, 0.0, 1.0);
        }
        return image;
    }
}
