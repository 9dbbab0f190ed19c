package farsight.data.image;

import static farsight.data.image.PictureFiles.encoded;
import static farsight.data.image.PictureFiles.noise;
import static farsight.data.image.PictureFiles.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.NoRoomException;
import farsight.data.Room;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures of any format within a room of memory: in strips the same as whole, or refused. */
class ImageMemoryTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif", "tiff"})
    void readingInStripsEqualsReadingTheWhole(String format) throws IOException {
        Path path = Files.write(folder.resolve("noise"), encoded(noise(format.equals("gif")), format));
        for (int[] size : new int[][] {{7, 5}, {90, 2}, {100, 90}}) {
            Image whole = ImageFile.open(path).read(size[0], size[1], Room.OF_HEAP);
            int read = 0;
            for (long room = 400_000; room > 0; room = room * 9 / 10) {
                try {
                    Image image = ImageFile.open(path).read(size[0], size[1], new Room(room, "that is all"));
                    assertThat(image.rgb()).containsExactly(whole.rgb());
                    read++;
                } catch (NoRoomException e) {
                    assertThat(e.getMessage()).endsWith("; that is all").hasLineCount(1);
                    break;
                }
            }
            assertThat(read).as("readings of fewer and fewer rows").isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "bmp", "gif", "tiff"})
    void imagesThatExceedMemoryAreRefusedBeforeDecoding(String format) throws IOException {
        byte[] whole = encoded(noise(format.equals("gif")), format);
        int pixels = format.equals("png") ? 60 : whole.length - 100;
        Arrays.fill(whole, pixels, pixels + 100, (byte) 0);
        ImageFile file = open(folder, whole);
        assertThatThrownBy(() -> file.read(new Room(1000, "that is all")))
                .isInstanceOf(NoRoomException.class)
                .hasMessageContaining("of 60 x 48 pixels needs at least 1 MB; that is all");
    }
}
