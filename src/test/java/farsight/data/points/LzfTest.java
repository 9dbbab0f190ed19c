package farsight.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.DataException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LzfTest {
    private static byte[] unpack(int length, int... packed) {
        byte[] in = new byte[packed.length];
        for (int i = 0; i < in.length; i++) {
            in[i] = (byte) packed[i];
        }
        return unpack(in, length);
    }

    private static byte[] unpack(byte[] in, int length) {
        byte[] out = new byte[length];
        Lzf.unpack(Path.of("cloud.pcd"), in, out);
        return out;
    }

    private static void assertDamaged(int length, int... packed) {
        assertThatThrownBy(() -> unpack(length, packed))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("cloud.pcd is damaged");
    }

    @Test
    void literalsAreCopied() {
        assertThat(unpack(3, 2, 'a', 'b', 'c')).isEqualTo("abc".getBytes(StandardCharsets.US_ASCII));
        assertThat(unpack(0)).isEmpty();
    }

    @Test
    void aBackReferenceRepeatsWhatCameBefore() {
        // abc, then 4 bytes from 3 back: the copy runs into itself.
        assertThat(unpack(7, 2, 'a', 'b', 'c', 2 << 5, 2)).isEqualTo("abcabca".getBytes(StandardCharsets.US_ASCII));
        assertThat(unpack(10, 0, 'x', 7 << 5, 0, 0)).isEqualTo("xxxxxxxxxx".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aLongReferenceHasALengthByte() {
        assertThat(unpack(265, 0, 'x', 7 << 5, 255, 0)).containsOnly('x').hasSize(1 + 264);
    }

    @Test
    void inputThatEndsTooSoonIsRefused() {
        assertDamaged(3, 2, 'a', 'b');
        assertDamaged(4, 0, 'a', 1 << 5);
        assertDamaged(20, 0, 'a', 7 << 5);
        assertDamaged(20, 0, 'a', 7 << 5, 1);
    }

    @Test
    void aReferenceBeforeTheBeginningIsRefused() {
        assertDamaged(4, 0, 'a', 1 << 5, 1);
        assertDamaged(3, 1 << 5, 0);
    }

    @Test
    void outputOfAnotherSizeIsRefused() {
        assertDamaged(2, 2, 'a', 'b', 'c');
        assertDamaged(4, 2, 'a', 'b', 'c');
        assertDamaged(3, 0, 'a', 1 << 5, 0);
        assertDamaged(1);
    }

    @Test
    void packedDataUnpacks() {
        Random random = new Random(6);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[random.nextInt(20_000)];
            int symbols = 1 + random.nextInt(1 << (1 + random.nextInt(8)));
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) random.nextInt(symbols);
            }
            assertThat(unpack(LzfPacker.pack(bytes), bytes.length)).isEqualTo(bytes);
        }
    }

    @Test
    void noiseUnpacksOrIsRefused() {
        Random random = new Random(6);
        for (int round = 0; round < 5000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            try {
                unpack(bytes, random.nextInt(200));
            } catch (DataException e) {
                assertThat(e.getMessage()).hasLineCount(1);
            }
        }
    }
}
