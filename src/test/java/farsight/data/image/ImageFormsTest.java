package farsight.data.image;

import static farsight.data.image.PictureFiles.encoded;
import static farsight.data.image.PictureFiles.grey;
import static farsight.data.image.PictureFiles.noise;
import static farsight.data.image.PictureFiles.open;
import static farsight.data.image.PictureFiles.withExif;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.data.DataException;
import farsight.data.Room;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rarer forms of image files: their values are right, or the form is refused by name. */
class ImageFormsTest {
    private static final int UNSIGNED = 1;
    private static final int SIGNED = 2;
    private static final int FLOATS = 3;

    @TempDir
    Path folder;

    private float[] rgb(byte[] bytes) throws IOException {
        return open(folder, bytes).read(Room.OF_HEAP).rgb();
    }

    private void assertRefused(byte[] bytes, String expected) {
        assertThatThrownBy(() -> rgb(bytes))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(folder.resolve("image").toString())
                .hasMessageContaining(expected)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    private static byte[] greyTiff(int bits, int photometric, int format, double... values) {
        byte[] data = TiffFiles.samples(bits, values);
        return TiffFiles.tiff(values.length, 1, Math.abs(bits), photometric, 1, data, TiffFiles.SAMPLE_FORMAT, format);
    }

    @Test
    void greyOfEveryDepthIsReadCorrectly() throws IOException {
        for (int bits : new int[] {8, 16, 32, -32, -64}) {
            double full = bits < 0 ? 1 : (1L << bits) - 1;
            double[] parts = {0, 0.25, 0.5, 0.75, 1};
            double[] stored = Arrays.stream(parts)
                    .map(part -> bits < 0 ? part : Math.rint(part * full))
                    .toArray();
            int format = bits < 0 ? FLOATS : UNSIGNED;
            assertThat(rgb(greyTiff(bits, 1, format, stored)))
                    .as("%d", bits)
                    .containsExactly(grey(parts), within(2e-3f));
            if (bits != 32) {
                assertThat(rgb(greyTiff(bits, 0, format, stored)))
                        .as("%d, white is zero", bits)
                        .containsExactly(grey(1, 0.75, 0.5, 0.25, 0), within(2e-3f));
            }
        }
    }

    @Test
    void formsThatJavaMisreadsAreRefusedByName() {
        double[] some = {0, 64, 128, 255};
        assertRefused(greyTiff(32, 0, UNSIGNED, some), "has samples of 32 bits in which 0 is white");
        for (int bits : new int[] {8, 16, 32}) {
            assertRefused(greyTiff(bits, 1, SIGNED, some), "has signed samples");
        }
        assertRefused(greyTiff(16, 1, FLOATS, some), "has float samples of 16 bits");
        for (int bits : new int[] {3, 10, 12, 14, 24}) {
            assertRefused(TiffFiles.tiff(2, 1, bits, 1, 1, new byte[8]), "has whole samples of " + bits + " bits");
        }
        byte[] four = new byte[4];
        assertRefused(TiffFiles.tiff(1, 1, 8, 5, 4, four), "has colours of CMYK inks");
        assertRefused(TiffFiles.tiff(1, 1, 8, 8, 3, four), "has colours of CIE L*a*b*");
        assertRefused(TiffFiles.tiff(1, 1, 16, 6, 3, new byte[6]), "has YCbCr of 16 bits");
        Map<Integer, int[]> mixed = Map.of(
                TiffFiles.BITS,
                new int[] {8, 16, 8},
                TiffFiles.PHOTOMETRIC,
                new int[] {2},
                TiffFiles.SAMPLES,
                new int[] {3});
        assertRefused(TiffFiles.tiff(1, 1, mixed, four), "has samples of different kinds");
    }

    @Test
    void onlyDeclaredAlphaIsOpacity() throws IOException {
        byte[] data = TiffFiles.samples(8, 0, 0, 128, 128);
        float half = 128 / 255f;
        float clear = 1 - half;
        byte[] plain = TiffFiles.tiff(1, 1, 8, 2, 4, data, TiffFiles.EXTRA_SAMPLES, 2);
        assertThat(rgb(plain)).containsExactly(new float[] {clear, clear, half * half + clear}, within(1e-5f));
        byte[] multiplied = TiffFiles.tiff(1, 1, 8, 2, 4, data, TiffFiles.EXTRA_SAMPLES, 1);
        assertThat(rgb(multiplied)).containsExactly(new float[] {clear, clear, 1}, within(1e-5f));
        ImageFile told = open(folder, plain);
        told.read(Room.OF_HEAP);
        assertThat(told.notes()).hasSize(1).first().asString().contains("transparent pixels", "white");
        for (int samples : new int[] {4, 5, 7}) {
            byte[] others = new byte[samples];
            others[2] = (byte) 255;
            ImageFile file = open(folder, TiffFiles.tiff(1, 1, 8, 2, samples, others, TiffFiles.EXTRA_SAMPLES, 0));
            assertThat(file.read(Room.OF_HEAP).rgb()).containsExactly(0, 0, 1);
            assertThat(file.notes()).hasSize(1).first().asString().contains(samples - 3 + " samples per pixel");
        }
    }

    @Test
    void aWordColourMapWithByteValuesIsReadAsBytes() throws IOException {
        for (int scale : new int[] {1, 257}) {
            int[] map = new int[768];
            map[1] = 255 * scale;
            map[256 + 2] = 255 * scale;
            map[512 + 3] = 102 * scale;
            Map<Integer, int[]> tags = new TreeMap<>(Map.of(
                    TiffFiles.BITS, new int[] {8}, TiffFiles.PHOTOMETRIC, new int[] {3}, TiffFiles.COLOUR_MAP, map));
            ImageFile file = open(folder, TiffFiles.tiff(4, 1, tags, new byte[] {0, 1, 2, 3}));
            assertThat(file.read(Room.OF_HEAP).rgb()).containsExactly(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0.4f);
            assertThat(file.notes()).hasSize(scale == 1 ? 1 : 0);
        }
    }

    @Test
    void floatImagesHaveTheRangeOfTheirValues() throws IOException {
        for (double full : new double[] {1, 255, 65535}) {
            ImageFile file = open(folder, greyTiff(-32, 1, FLOATS, 0, full / 2, full));
            assertThat(file.read(Room.OF_HEAP).rgb()).containsExactly(grey(0, 0.5, 1), within(1e-6f));
            assertThat(file.notes()).hasSize(full == 1 ? 0 : 1);
        }
        assertRefused(greyTiff(-32, 1, FLOATS, 0, 2.5), "from 0 to 2.5, expected 0 … 1");
        assertRefused(greyTiff(-64, 1, FLOATS, -0.5, 0.5), "from -0.5 to 0.5, expected 0 … 1");
        ImageFile holes = open(folder, greyTiff(-32, 1, FLOATS, 0.5, Double.NaN, Double.POSITIVE_INFINITY));
        assertThat(holes.read(Room.OF_HEAP).rgb()).containsExactly(grey(0.5, 0, 0));
        assertThat(holes.notes()).hasSize(1).first().asString().contains("2 samples that are NaN or infinite");
    }

    @Test
    void wordSamplesWithByteValuesAreNoted() throws IOException {
        ImageFile dark = open(folder, greyTiff(16, 1, UNSIGNED, 0, 100, 255));
        assertThat(dark.read(Room.OF_HEAP).rgb()).containsExactly(grey(0, 100 / 65535.0, 255 / 65535.0));
        assertThat(dark.notes()).hasSize(1).first().asString().contains("nearly black");
        ImageFile black = open(folder, greyTiff(16, 1, UNSIGNED, 0, 0));
        black.read(Room.OF_HEAP);
        assertThat(black.notes()).isEmpty();
    }

    @Test
    void interlacedGifsAreRightOrWithFewRowsRefused() throws IOException {
        for (boolean interlaced : new boolean[] {false, true}) {
            for (int height = 1; height <= 9; height++) {
                BufferedImage image = new BufferedImage(2, height, BufferedImage.TYPE_BYTE_GRAY);
                double[] rows = new double[2 * height];
                for (int i = 0; i < 2 * height; i++) {
                    image.getRaster().setSample(i % 2, i / 2, 0, i / 2 * 25);
                    rows[i] = i / 2 * 25 / 255.0;
                }
                byte[] gif = gif(interlaced, image);
                if (interlaced && height > 1 && height < 5) {
                    assertRefused(gif, height + " interlaced rows");
                } else {
                    assertThat(rgb(gif)).containsExactly(grey(rows), within(0.01f));
                }
            }
        }
    }

    private static byte[] gif(boolean interlaced, BufferedImage... images) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setProgressiveMode(interlaced ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.prepareWriteSequence(null);
            for (BufferedImage image : images) {
                writer.writeToSequence(new IIOImage(image, null, null), param);
            }
            writer.endWriteSequence();
        }
        return out.toByteArray();
    }

    @Test
    void theFirstOfSeveralPicturesIsReadAndTheOthersAreNoted() throws IOException {
        BufferedImage first = new BufferedImage(2, 6, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage second = new BufferedImage(2, 6, BufferedImage.TYPE_BYTE_GRAY);
        second.getRaster().setSample(0, 0, 0, 255);
        ImageFile file = open(folder, gif(false, first, second, second));
        assertThat(file.read(Room.OF_HEAP).rgb()).containsOnly(0);
        assertThat(file.notes()).hasSize(1).first().asString().contains("holds 3 pictures: its first is read");
        assertThat(open(folder, gif(false, first)).notes()).isEmpty();
    }

    @Test
    void inkComponentsAreRefused() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            Raster inks = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
            writer.write(null, new IIOImage(inks, null, null), null);
        }
        assertRefused(out.toByteArray(), "has 4 components, such as CMYK inks");
    }

    @Test
    void damagedFormsAreReadOrRefused() throws IOException {
        byte[] rgba = TiffFiles.samples(-32, new double[4 * 24]);
        Map<Integer, int[]> tags = new TreeMap<>(Map.of(
                TiffFiles.BITS, new int[] {32, 32, 32, 32},
                TiffFiles.PHOTOMETRIC, new int[] {2},
                TiffFiles.SAMPLES, new int[] {4},
                TiffFiles.SAMPLE_FORMAT, new int[] {3, 3, 3, 3},
                TiffFiles.EXTRA_SAMPLES, new int[] {2}));
        List<byte[]> wholes = List.of(
                withExif(encoded(noise(false), "jpg"), 6),
                withExif(encoded(noise(false), "png"), 5),
                TiffFiles.tiff(6, 4, tags, rgba),
                gif(true, noise(true), noise(true)));
        Random random = new Random(6);
        for (byte[] whole : wholes) {
            for (int round = 0; round < 100; round++) {
                byte[] bytes =
                        random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
                for (int flips = 1 + random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
                    int at = random.nextInt(Math.min(bytes.length, random.nextBoolean() ? 200 : bytes.length));
                    bytes[at] = (byte) random.nextInt();
                }
                try {
                    for (float value : open(folder, bytes)
                            .read(5, 4, new Room(100_000_000, "enough"))
                            .rgb()) {
                        assertThat(value).isBetween(0f, 1f);
                    }
                } catch (DataException e) {
                    assertThat(e.getMessage()).hasLineCount(1);
                }
            }
        }
    }
}
