package farsight.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Makes the bytes of pictures for tests to read. */
final class PictureFiles {
    private PictureFiles() {}

    /** Written to a file of that folder. */
    static ImageFile open(Path folder, byte[] bytes) throws IOException {
        return ImageFile.open(Files.write(folder.resolve("image"), bytes));
    }

    /** The rgb of pixels with these values. */
    static float[] grey(double... values) {
        float[] rgb = new float[3 * values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (float) values[i / 3];
        }
        return rgb;
    }

    static byte[] encoded(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }

    /** A PNG or JPEG with an EXIF block behind its first bytes. */
    static byte[] withExif(byte[] image, int orientation) {
        byte[] tiff = TiffFiles.tiff(1, 1, 8, 1, 1, new byte[1], TiffFiles.ORIENTATION, orientation);
        boolean png = image[1] == 'P';
        // Behind the signature and IHDR, or behind the first marker.
        int at = png ? 33 : 2;
        byte[] exif;
        if (png) {
            exif = chunk("eXIf", tiff);
        } else {
            exif = ByteBuffer.allocate(10 + tiff.length)
                    .putShort((short) 0xffe1)
                    .putShort((short) (8 + tiff.length))
                    .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
                    .put(tiff)
                    .array();
        }
        return ByteBuffer.allocate(image.length + exif.length)
                .put(image, 0, at)
                .put(exif)
                .put(image, at, image.length - at)
                .array();
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

    /** 60 × 48 pixels, always the same. */
    static BufferedImage noise(boolean palette) {
        BufferedImage image =
                new BufferedImage(60, 48, palette ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_INT_RGB);
        Random random = new Random(4);
        for (int i = 0; i < 60 * 48; i++) {
            image.setRGB(i % 60, i / 60, random.nextInt());
        }
        return image;
    }
}
