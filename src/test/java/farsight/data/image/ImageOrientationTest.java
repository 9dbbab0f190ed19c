package farsight.data.image;

import static farsight.data.image.PictureFiles.encoded;
import static farsight.data.image.PictureFiles.grey;
import static farsight.data.image.PictureFiles.open;
import static farsight.data.image.PictureFiles.withExif;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import farsight.data.Room;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures are turned upright by what their file says of the camera. */
class ImageOrientationTest {
    @TempDir
    Path folder;

    /** A picture of 3 × 2 in the eight ways a camera may hold it, by the definition of each. */
    @ParameterizedTest
    @CsvSource({
        "1, 3, 1 2 3 4 5 6",
        "2, 3, 3 2 1 6 5 4",
        "3, 3, 6 5 4 3 2 1",
        "4, 3, 4 5 6 1 2 3",
        "5, 2, 1 4 2 5 3 6",
        "6, 2, 4 1 5 2 6 3",
        "7, 2, 6 3 5 2 4 1",
        "8, 2, 3 6 2 5 1 4",
        "9, 3, 1 2 3 4 5 6",
        "0, 3, 1 2 3 4 5 6"
    })
    void picturesStandUpright(int orientation, int width, String expected) throws IOException {
        double[] upright = Arrays.stream(expected.split(" "))
                .mapToDouble(word -> Integer.parseInt(word) * 40 / 255.0)
                .toArray();
        byte[] stored = {40, 80, 120, (byte) 160, (byte) 200, (byte) 240};
        byte[] tiff = TiffFiles.tiff(3, 2, 8, 1, 1, stored, TiffFiles.ORIENTATION, orientation);
        byte[] png = withExif(encoded(picture(stored), "png"), orientation);
        for (byte[] bytes : List.of(tiff, png)) {
            ImageFile file = open(folder, bytes);
            Image image = file.read(Room.OF_HEAP);
            assertThat(image.rgb()).containsExactly(grey(upright));
            assertThat(image.width()).isEqualTo(width).isEqualTo(file.width());
            assertThat(image.height()).isEqualTo(6 / width).isEqualTo(file.height());
        }
        // Large flat cells, which JPEG keeps nearly.
        byte[] jpeg = withExif(encoded(enlarged(stored), "jpg"), orientation);
        Image large = open(folder, jpeg).read(Room.OF_HEAP);
        for (int i = 0; i < 6; i++) {
            int at = (i / width * 16 + 8) * large.width() + i % width * 16 + 8;
            assertThat(large.rgb()[3 * at]).isCloseTo((float) upright[i], within(0.03f));
        }
        for (int[] size : new int[][] {{1, 1}, {2, 3}, {7, 4}, {48, 20}}) {
            assertThat(open(folder, jpeg).read(size[0], size[1], Room.OF_HEAP).rgb())
                    .containsExactly(Images.resize(large, size[0], size[1]).rgb(), within(1e-5f));
        }
    }

    private static BufferedImage picture(byte[] grey) {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setDataElements(0, 0, 3, 2, grey);
        return image;
    }

    private static BufferedImage enlarged(byte[] grey) {
        BufferedImage image = new BufferedImage(48, 32, BufferedImage.TYPE_BYTE_GRAY);
        for (int p = 0; p < 48 * 32; p++) {
            image.getRaster().setSample(p % 48, p / 48, 0, grey[p / 48 / 16 * 3 + p % 48 / 16]);
        }
        return image;
    }
}
