package farsight.data.image;

import farsight.data.DataException;
import farsight.data.Heap;
import farsight.data.InputFiles;
import farsight.data.NoRoomException;
import farsight.data.ReadInterruptedException;
import farsight.data.Room;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.MultiPixelPackedSampleModel;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An image file. Opening it reads the header; the pixels are read on request. So the memory for an image is known, and
 * can be refused, before it is decoded. Pictures taken with the camera held sideways (EXIF orientation) are turned
 * upright.
 */
public final class ImageFile {
    private static final String EXPECTED = "an image";

    /** Most strips: each strip decodes the file again. */
    private static final int MOST_STRIPS = 16;

    private final Path path;
    private final ImageFacts facts;
    private final int storedWidth;
    private final int storedHeight;
    private final List<String> notes = new ArrayList<>();

    private ImageFile(Path path, ImageFacts facts, int storedWidth, int storedHeight) {
        this.path = path;
        this.facts = facts;
        this.storedWidth = storedWidth;
        this.storedHeight = storedHeight;
        facts.notes().forEach(note -> notes.add("the image " + path + " " + note));
    }

    /**
     * Reads an image's header: PNG, JPEG, GIF, BMP, TIFF and any other format that this JVM's ImageIO reads.
     *
     * @throws DataException in one line where the file is missing, a folder, unreadable, not an image, damaged, larger
     *     than {@link Image#MAX_PIXELS}, or of a form whose samples would be misread
     */
    public static ImageFile open(Path path) {
        ImageFacts facts;
        try (Arena arena = Arena.ofConfined()) {
            facts = ImageFacts.of(InputFiles.map(path, EXPECTED, arena));
        }
        int[] size = new int[2];
        reading(path, reader -> {
            size[0] = reader.getWidth(0);
            size[1] = reader.getHeight(0);
        });
        Image.checkSize("the image " + path, size[0], size[1]);
        if (facts.refusal().isPresent()) {
            throw new DataException(
                    "the image %s %s, which this Java misreads: expected unsigned samples of 1, 2, 4, 8, 16 or 32 bits, or floats of 32 or 64, in grey, RGB or a palette"
                            .formatted(path, facts.refusal().get()));
        }
        return new ImageFile(path, facts, size[0], size[1]);
    }

    /** Columns, upright. */
    public int width() {
        return facts.orientation().swaps() ? storedHeight : storedWidth;
    }

    /** Rows, upright. */
    public int height() {
        return facts.orientation().swaps() ? storedWidth : storedHeight;
    }

    /** Width over height, upright. */
    public double aspect() {
        return (double) width() / height();
    }

    /** The EXIF orientation by which the picture is turned upright: 1 (unchanged) to 8. */
    public int orientation() {
        return facts.orientation().number();
    }

    /**
     * Warnings, one line each, on data that was read otherwise than the file declares, or skipped; complete once the
     * pixels are read.
     */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * The picture as stored, but upright.
     *
     * @param room the memory it may take
     * @throws NoRoomException where it would take more; nothing was decoded then
     * @throws DataException where the file is damaged, or its samples are not known to be read right
     */
    public Image read(Room room) {
        return read(width(), height(), room);
    }

    /**
     * The picture at a size, by the filter of {@link Images#resize}. Where the whole picture exceeds the room, it is
     * decoded in strips, with the same result.
     *
     * @param width columns, upright
     * @param height rows, upright
     * @param room the memory it may take
     * @throws NoRoomException where it would take more; nothing was decoded then
     * @throws DataException where the size is out of bounds, the file is damaged, or its samples are not known to be
     *     read right
     */
    public Image read(int width, int height, Room room) {
        Image.checkSize("an image resized to", width, height);
        String what = "reading the image %s of %d x %d pixels".formatted(path, width(), height());
        Strips strips = strips(width, height, room);
        room.check(strips.bytes, what);
        if ((long) storedWidth * storedHeight > facts.mostPixels()) {
            throw new DataException("cannot read the image %s: it is cut off: its bytes cannot hold %d x %d pixels"
                    .formatted(path, storedWidth, storedHeight));
        }
        return Heap.within(strips.bytes, room, what, () -> decode(width, height, strips.rows));
    }

    /**
     * A plan for reading.
     *
     * @param rows of the stored picture decoded at a time
     * @param bytes that the reading takes
     */
    private record Strips(int rows, long bytes) {}

    private Strips strips(int width, int height, Room room) {
        boolean resized = width != width() || height != height();
        long pixels = (long) storedWidth * storedHeight;
        long row = storedWidth * pixelBytes();
        long kept = resized ? resizedBytes(width, height) : Image.CHANNELS * Float.BYTES * pixels;
        kept += facts.scratch() * pixels + (long) storedWidth * Image.CHANNELS * 4 * Float.BYTES;
        long whole = kept + row * storedHeight;
        long most = Math.min(room.bytes(), Runtime.getRuntime().maxMemory());
        if (whole <= most || !resized || facts.wholeOnly()) {
            return new Strips(storedHeight, whole);
        }
        int least = Math.ceilDiv(storedHeight, MOST_STRIPS);
        int rows = Math.clamp((most - kept) / row, least, storedHeight);
        return new Strips(rows, kept + row * rows);
    }

    private long resizedBytes(int width, int height) {
        boolean swaps = facts.orientation().swaps();
        long turned = facts.orientation().isUpright() ? 0 : (long) Image.CHANNELS * Float.BYTES * width * height;
        return turned + Resampling.bytes(storedWidth, storedHeight, swaps ? height : width, swaps ? width : height);
    }

    /** Bytes per decoded pixel, rounded up. */
    private long pixelBytes() {
        long[] bytes = {Integer.BYTES};
        reading(path, reader -> {
            Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
            if (types != null && types.hasNext()) {
                SampleModel model = types.next().getSampleModel();
                boolean bits = model instanceof MultiPixelPackedSampleModel;
                bytes[0] = bits
                        ? 1
                        : (long) model.getNumDataElements()
                                * DataBuffer.getDataTypeSize(model.getDataType())
                                / Byte.SIZE;
            }
        });
        return bytes[0];
    }

    private Image decode(int width, int height, int stripRows) {
        boolean swaps = facts.orientation().swaps();
        ImageSamples samples = new ImageSamples(path, facts);
        Image image;
        if (width == width() && height == height()) {
            float[] upright = new float[Image.CHANNELS * width * height];
            int[] y = {0};
            decode(
                    stripRows,
                    samples,
                    row -> facts.orientation().place(row, y[0]++, storedWidth, storedHeight, upright));
            image = new Image(width, height, upright);
        } else {
            Resampling resampling =
                    new Resampling(storedWidth, storedHeight, swaps ? height : width, swaps ? width : height);
            decode(stripRows, samples, row -> resampling.row(row, 0));
            image = facts.orientation().upright(resampling.image());
        }
        List<String> found = new ArrayList<>();
        Image ranged = samples.inRange(image, found);
        found.stream().filter(note -> !notes.contains(note)).forEach(notes::add);
        return ranged;
    }

    /** Passes each row of the stored picture, from the first. */
    private void decode(int stripRows, ImageSamples samples, Consumer<float[]> sink) {
        reading(path, reader -> {
            Truncation truncation = new Truncation();
            reader.addIIOReadWarningListener(truncation);
            BufferedImage last = null;
            for (int y = 0; y < storedHeight; y += stripRows) {
                ImageReadParam strip = reader.getDefaultReadParam();
                if (last != null) {
                    strip.setDestination(last);
                }
                int rows = Math.min(stripRows, storedHeight - y);
                if (rows < storedHeight) {
                    strip.setSourceRegion(new Rectangle(0, y, storedWidth, rows));
                }
                BufferedImage decoded = reader.read(0, strip);
                if (truncation.warning != null) {
                    throw new DataException("cannot read the image " + path + ": it is cut off: " + truncation.warning);
                }
                if (decoded.getWidth() != storedWidth || decoded.getHeight() < rows) {
                    throw new IOException("it decodes to another size than its header says");
                }
                samples.rows(decoded, rows, sink);
                last = decoded;
            }
        });
    }

    /** Work that uses a decoder. */
    private interface Work {
        void with(ImageReader reader) throws IOException;
    }

    private static void reading(Path path, Work work) {
        try (ImageInputStream in = ImageIO.createImageInputStream(path.toFile())) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new DataException(path + " is not an image this Java reads: expected one of " + formats());
            }
            ImageReader reader = readers.next();
            try {
                // With metadata: it holds the transparent colour of a PNG.
                reader.setInput(in, false, false);
                work.with(reader);
            } finally {
                reader.dispose();
            }
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (e instanceof IOException io) {
                ReadInterruptedException.check(path, io);
            }
            // Damaged files make decoders throw arbitrary exceptions.
            throw new DataException(
                    "cannot read the image %s: it is damaged, or of a kind this Java does not read: %s"
                            .formatted(path, InputFiles.reason(e)),
                    e);
        }
    }

    private static String formats() {
        return Arrays.stream(ImageIO.getReaderFormatNames())
                .map(name -> name.toUpperCase(Locale.ROOT))
                // Second names of formats already listed.
                .filter(name -> !name.equals("JPG") && !name.equals("TIF"))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** Catches the one warning that means lost pixels: JPEG decoders fill missing ones with grey. */
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
