package farsight.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds, reading it ends in tensors or in a {@link DataException} of one line. */
class SafetensorsFuzzTest {
    private static final int ROUNDS = 4000;
    private static final String HEADER = """
            {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
            "b":{"dtype":"F16","shape":[2],"data_offsets":[24,28]},"c":{"dtype":"I64","shape":[],"data_offsets":[28,36]},\
            "d":{"dtype":"BF16","shape":[0,5],"data_offsets":[36,36]}}   \s""";

    @TempDir
    Path folder;

    private final Random random = new Random(20);
    private byte[] valid = new byte[0];
    private Path file = Path.of("");

    @BeforeEach
    void aValidFile() throws IOException {
        file = RawSafetensors.write(folder.resolve("x"), HEADER, new byte[36]);
        valid = Files.readAllBytes(file);
        assertThat(readsOrRefuses(valid)).isTrue();
    }

    @Test
    void flippedBits() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = valid.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            readsOrRefuses(bytes);
        }
    }

    @Test
    void replacedBytes() throws IOException {
        byte[] likely = "0123456789{}[]\",:-.eE\\ \0".getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = valid.clone();
            for (int times = 1 + random.nextInt(6); times > 0; times--) {
                bytes[8 + random.nextInt(HEADER.length())] = likely[random.nextInt(likely.length)];
            }
            readsOrRefuses(bytes);
        }
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        for (int length = 0; length < valid.length; length++) {
            assertThat(readsOrRefuses(Arrays.copyOf(valid, length)))
                    .as("the first %d of %d bytes", length, valid.length)
                    .isFalse();
        }
    }

    @Test
    void everyExtensionIsRefused() throws IOException {
        for (int more = 1; more < 20; more++) {
            assertThat(readsOrRefuses(Arrays.copyOf(valid, valid.length + more)))
                    .isFalse();
        }
    }

    @Test
    void noise() throws IOException {
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            assertThat(readsOrRefuses(bytes)).isFalse();
        }
    }

    /** Whether the bytes were read; any exception but a DataException goes through and fails the test. */
    private boolean readsOrRefuses(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            for (String name : read.names()) {
                try {
                    assertThat(read.tensor(name).elements()).isBetween(0L, 18L);
                    read.tensor(name).nonFinite();
                } catch (DataException e) {
                    assertThat(e.getMessage()).contains("expected F32, F16 or BF16");
                }
            }
            return true;
        } catch (DataException e) {
            assertThat(e.getMessage()).hasLineCount(1).contains(file.toString());
            return false;
        }
    }
}
