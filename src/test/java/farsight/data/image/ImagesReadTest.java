package farsight.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.data.DataException;
import farsight.data.Heap;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImagesReadTest {
    @TempDir
    Path folder;

    // Of six rows because the JDK misreads its own GIFs of fewer than five.
    private static final int[] PIXELS = {
        0xff000000, 0xffffffff, 0xffff0000, 0xff00ff00, 0xff0000ff, 0xff336699,
        0xff336699, 0xff0000ff, 0xff00ff00, 0xffff0000, 0xffffffff, 0xff000000
    };
    private static final float[] COLOURS = {
        0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2f, 0.4f, 0.6f, 0.2f, 0.4f, 0.6f, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1,
        1, 1, 0, 0, 0
    };

    private static BufferedImage colours(int type) {
        BufferedImage image = new BufferedImage(2, 6, type);
        image.setRGB(0, 0, 2, 6, PIXELS, 0, 2);
        return image;
    }

    private Path save(BufferedImage image, String format) throws IOException {
        Path file = folder.resolve("image." + format);
        assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
        return file;
    }

    private static Image savedAs(Path file, byte[] bytes) throws IOException {
        return Images.read(Files.write(file, bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "tiff", "gif"})
    void losslessFormatsGiveTheExactColours(String format) throws IOException {
        Image image = Images.read(save(colours(BufferedImage.TYPE_INT_RGB), format));
        assertThat(image.width()).isEqualTo(2);
        assertThat(image.height()).isEqualTo(6);
        assertThat(image.rgb()).containsExactly(COLOURS);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_INT_BGR,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_4BYTE_ABGR
            })
    void everyOrderOfChannelsIsUnderstood(int type) throws IOException {
        assertThat(Images.read(save(colours(type), "png")).rgb()).containsExactly(COLOURS);
    }

    @Test
    void jpegIsReadNearly() throws IOException {
        BufferedImage grey = new BufferedImage(32, 16, BufferedImage.TYPE_3BYTE_BGR);
        for (int i = 0; i < 32 * 16; i++) {
            grey.setRGB(i % 32, i / 32, 0x404040);
        }
        Image image = Images.read(save(grey, "jpg"));
        assertThat(image.rgb()).hasSize(3 * 32 * 16);
        assertThat(image.rgb()[100]).isCloseTo(64 / 255f, within(0.02f));
    }

    @Test
    void greySamplesAreKeptAsStored() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 128, 255});
        float half = 128 / 255f;
        assertThat(Images.read(save(image, "png")).rgb()).containsExactly(0, 0, 0, half, half, half, 1, 1, 1);
    }

    @Test
    void sixteenBitsAreKept() throws IOException {
        BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        grey.getRaster().setPixels(0, 0, 2, 1, new int[] {257, 65535});
        float low = 257 / 65535f;
        assertThat(Images.read(save(grey, "png")).rgb()).containsExactly(low, low, low, 1, 1, 1);

        ColorModel deep = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, Transparency.OPAQUE, DataBuffer.TYPE_USHORT);
        WritableRaster raster = deep.createCompatibleWritableRaster(1, 1);
        raster.setPixel(0, 0, new int[] {1, 32768, 65534});
        BufferedImage colour = new BufferedImage(deep, raster, false, null);
        assertThat(Images.read(save(colour, "png")).rgb()).containsExactly(1 / 65535f, 32768 / 65535f, 65534 / 65535f);
    }

    @Test
    void palettesBecomeColours() throws IOException {
        BufferedImage image = colours(BufferedImage.TYPE_BYTE_INDEXED);
        assertThat(Images.read(save(image, "png")).rgb()).containsExactly(COLOURS, within(0.03f));
        BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
        bits.setRGB(1, 0, 0xffffffff);
        assertThat(Images.read(save(bits, "png")).rgb()).containsExactly(0, 0, 0, 1, 1, 1);
    }

    @Test
    void transparencyIsBlendedWithWhite() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 3, 1, new int[] {0x00ff0000, 0xffff0000, 0x33ff0000}, 0, 3);
        float rest = 0.8f;
        assertThat(Images.read(save(image, "png")).rgb())
                .containsExactly(new float[] {1, 1, 1, 1, 0, 0, 1, rest, rest}, within(1e-6f));
    }

    @Test
    void theTransparentColourOfAPngBecomesWhite() throws IOException {
        byte[] png = png(
                chunk("IHDR", new byte[] {0, 0, 0, 2, 0, 0, 0, 1, 8, 2, 0, 0, 0}),
                chunk("tRNS", new byte[] {0, 10, 0, 20, 0, 30}),
                chunk("IDAT", deflate(new byte[] {0, 10, 20, 30, 51, 102, (byte) 153})),
                chunk("IEND", new byte[0]));
        Image image = savedAs(folder.resolve("t.png"), png);
        assertThat(image.rgb()).containsExactly(1, 1, 1, 0.2f, 0.4f, 0.6f);
    }

    @Test
    void aSmallFileThatClaimsManyPixelsIsRefusedUnread() {
        byte[] png = png(
                chunk("IHDR", new byte[] {0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0}),
                chunk("IDAT", deflate(new byte[1000])),
                chunk("IEND", new byte[0]));
        Path file = folder.resolve("bomb.png");
        assertThatThrownBy(() -> savedAs(file, png))
                .isInstanceOf(DataException.class)
                .hasMessage("the image " + file + " of 65536 x 65536 pixels is out of bounds: "
                        + "expected sides from 1 and 268435456 pixels at most");
    }

    @Test
    void imagesLargerThanTheHeapAreRefused() {
        long most = Runtime.getRuntime().maxMemory();
        assertThatThrownBy(() -> Heap.within(most + 1, "reading x", () -> "read"))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("reading x needs at least");
        assertThatThrownBy(() -> Heap.within(1, "reading x", () -> {
                    throw new OutOfMemoryError("simulated");
                }))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("raise it with -Xmx");
    }

    @Test
    void garbageIsRefusedWithTheSupportedFormats() throws IOException {
        Path file = Files.writeString(folder.resolve("x.png"), "this is no picture");
        assertThatThrownBy(() -> Images.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(file + " is not an image this Java reads: expected one of ")
                .hasMessageContaining("BMP, GIF, JPEG, PNG, TIFF, WBMP");
        assertThatThrownBy(() -> savedAs(file, new byte[0])).isInstanceOf(DataException.class);
    }

    @Test
    void missingFilesAndFoldersAreRefused() {
        assertThatThrownBy(() -> Images.read(folder.resolve("none.png")))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("none.png: no such file, expected an image");
        assertThatThrownBy(() -> Images.read(folder))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("it is a folder, expected an image");
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif"})
    void aTruncatedImageIsRefused(String format) throws IOException {
        byte[] whole = Files.readAllBytes(save(noise(), format));
        for (int quarter = 1; quarter <= 3; quarter++) {
            byte[] part = Arrays.copyOf(whole, whole.length / 4 * quarter);
            assertThatThrownBy(() -> savedAs(folder.resolve("part"), part))
                    .as("%d quarters", quarter)
                    .isInstanceOf(DataException.class)
                    .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif", "tiff"})
    void damagedImagesAreReadOrRefused(String format) throws IOException {
        byte[] whole = Files.readAllBytes(save(noise(), format));
        Random random = new Random(5);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = whole.clone();
            for (int flips = 1 + random.nextInt(5); flips > 0; flips--) {
                // The headers are where damage does most.
                int at = random.nextInt(random.nextBoolean() ? 60 : bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                savedAs(folder.resolve("damaged"), bytes);
            } catch (DataException e) {
                assertThat(e.getMessage()).hasLineCount(1).contains("damaged");
            }
        }
    }

    private static BufferedImage noise() {
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(4);
        for (int i = 0; i < 40 * 30; i++) {
            image.setRGB(i % 40, i / 40, random.nextInt());
        }
        return image;
    }

    private static byte[] png(byte[]... chunks) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
        for (byte[] chunk : chunks) {
            bytes.writeBytes(chunk);
        }
        return bytes.toByteArray();
    }

    private static byte[] chunk(String type, byte[] content) {
        CRC32 crc = new CRC32();
        crc.update(type.getBytes(StandardCharsets.US_ASCII));
        crc.update(content);
        return ByteBuffer.allocate(12 + content.length)
                .putInt(content.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .putInt((int) crc.getValue())
                .array();
    }

    private static byte[] deflate(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
