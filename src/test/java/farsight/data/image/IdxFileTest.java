package farsight.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFileTest {

    @TempDir
    Path folder;

    private static byte[] random(int count) {
        byte[] values = new byte[count];
        new Random(7).nextBytes(values);
        return values;
    }

    private Path file(byte... bytes) throws IOException {
        return Files.write(folder.resolve("some-idx"), bytes);
    }

    private void refused(int axes, byte[] bytes, String... saying) throws IOException {
        Path file = file(bytes);
        assertThatThrownBy(() -> IdxFile.read(file, axes))
                .isInstanceOf(DataException.class)
                .message()
                .contains("some-idx", String.join("", saying))
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileGivesItsExtentsAndItsValuesPackedOrNot(boolean packed) throws IOException {
        byte[] values = random(7 * 5 * 3);
        byte[] bytes = IdxBytes.of(values, 7, 5, 3);
        IdxFile read = IdxFile.read(file(packed ? IdxBytes.packed(bytes) : bytes), 3);
        assertThat(read.extents()).containsExactly(7, 5, 3);
        assertThat(read.values()).isEqualTo(values);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileCutAnywhereIsOneLine(boolean packed) throws IOException {
        byte[] whole = IdxBytes.of(random(40), 10, 4);
        byte[] bytes = packed ? IdxBytes.packed(whole) : whole;
        for (int length = 0; length < bytes.length; length++) {
            refused(2, Arrays.copyOf(bytes, length));
        }
        refused(2, Arrays.copyOf(whole, 30), "is truncated: it has 18 of the 40 values");
        refused(2, Arrays.copyOf(whole, whole.length + 1), "is too long: something follows the 40 values");
    }

    @Test
    void damagedCompressionIsOneLine() throws IOException {
        byte[] good = IdxBytes.packed(IdxBytes.of(random(400), 400));
        for (int at = 10; at < good.length; at += 7) {
            byte[] bytes = good.clone();
            bytes[at] ^= 0x55;
            refused(1, bytes);
        }
    }

    @Test
    void aHeadersClaimIsNotBelieved() throws IOException {
        byte[] huge = IdxBytes.of(random(9), 1 << 29);
        refused(1, huge, "is truncated: it has 9 of the 536,870,912 values");
        refused(1, IdxBytes.packed(huge), "is truncated: it has 9 of");
        refused(1, IdxBytes.of(random(9), (1 << 29) + 1), "claims the extents [536870913], more than");
        refused(3, IdxBytes.of(random(9), 1 << 30, 1 << 30, 1 << 30), "more than 536,870,912 values");
        refused(1, IdxBytes.of(random(9), -1), "claims the extents [-1], expected each from 1");
        refused(2, IdxBytes.of(random(0), 5, 0), "claims the extents [5, 0]");
    }

    @Test
    void otherFormatsTypesAndAxesAreToldApart() throws IOException {
        refused(1, "P5 28 28 255".getBytes(java.nio.charset.StandardCharsets.US_ASCII), "is not an IDX file");
        byte[] floats = IdxBytes.of(random(4), 4);
        floats[2] = 0x0d;
        refused(1, floats, "holds values of type 0x0d, expected 0x08, unsigned bytes");
        refused(3, IdxBytes.of(random(4), 4), "has 1 axes, expected 3");
        assertThatThrownBy(() -> IdxFile.read(folder, 1)).hasMessageContaining("it is a folder, expected an IDX file");
        assertThatThrownBy(() -> IdxFile.read(folder.resolve("none"), 1)).hasMessageContaining("none: no such file");
    }
}
