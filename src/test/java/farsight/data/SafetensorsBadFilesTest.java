package farsight.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of invalid safetensors file has its own message. */
class SafetensorsBadFilesTest {
    @TempDir
    Path folder;

    private void assertRefused(Path file, String expected) {
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(expected)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @Test
    void aMissingFile() {
        assertRefused(folder.resolve("none"), "no such file, expected a safetensors file");
    }

    @Test
    void aFolder() {
        assertRefused(folder, "it is a folder, expected a safetensors file");
    }

    @Test
    void aFileThatMayNotBeRead() throws IOException {
        Path file = Files.write(folder.resolve("x"), new byte[20]);
        assertThat(file.toFile().setReadable(false)).isTrue();
        assumeFalse(Files.isReadable(file), "this user may read everything");
        assertRefused(file, "permission denied");
    }

    @Test
    void aFileOfTooFewBytes() throws IOException {
        assertRefused(Files.write(folder.resolve("0"), new byte[0]), "0 bytes, expected at least 10");
        assertRefused(Files.write(folder.resolve("9"), new byte[9]), "9 bytes, expected at least 10");
    }

    @Test
    void aFileOfAnotherKind() throws IOException {
        assertRefused(Files.writeString(folder.resolve("text"), "a,b,c\n1,2,3\n"), "is not a safetensors file");
        byte[] zip = "PK\u0003\u0004\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(Files.write(folder.resolve("pt"), zip), "PyTorch checkpoint");
        assertRefused(
                Files.writeString(folder.resolve("lfs"), "version https://git-lfs.github.com/spec/v1\n"),
                "Git LFS pointer");
    }

    @Test
    void aHeaderCutOff() throws IOException {
        Path file = RawSafetensors.writeClaiming(
                folder.resolve("x"), 60, "{\"x\":".getBytes(StandardCharsets.UTF_8), new byte[0]);
        assertRefused(file, "is truncated: its header has 60 bytes, the file ends after 5 of them");
    }

    @ParameterizedTest
    @CsvSource({
        "0, it claims 0 bytes",
        "1, it claims 1 bytes",
        "100000001, it claims 100000001 bytes",
        "-1, it claims 18446744073709551615 bytes"
    })
    void aWrongHeaderLength(long length, String expected) throws IOException {
        byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
        Path file = RawSafetensors.writeClaiming(folder.resolve("x"), length, header, new byte[0]);
        assertRefused(file, expected + ", expected 2 to 100000000");
    }

    @Test
    void dataCutOff() throws IOException {
        Path file = RawSafetensors.write(
                folder.resolve("x"), "{\"x\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", new byte[15]);
        assertRefused(file, "is truncated: its header describes 16 bytes of tensors, the file holds 15");
    }

    @Test
    void dataTooLong() throws IOException {
        Path file = RawSafetensors.write(
                folder.resolve("x"), "{\"x\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}", new byte[17]);
        assertRefused(file, "is too long: its header describes 16 bytes of tensors, the file holds 17");
    }

    @Test
    void aHeaderThatIsNotUtf8() throws IOException {
        byte[] header = "{\"\u00ff\":1}".getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(RawSafetensors.write(folder.resolve("x"), header, new byte[0]), "it is not valid UTF-8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"x":                                                    | it is not valid JSON
                    {} {}                                                    | something follows its JSON object
                    {}\u0000{}                                               | it is not valid JSON
                    {'x':1}                                                  | it is not valid JSON
                    {"x":1}                                                  | tensor "x" is not a JSON object
                    {"x":{}}                                                 | tensor "x" has no dtype
                    {"x":{"dtype":"F32","data_offsets":[0,16]}}              | tensor "x" has no shape
                    {"x":{"dtype":"F32","shape":[4]}}                        | tensor "x" has no data_offsets
                    {"x":{"dtype":32,"shape":[4],"data_offsets":[0,16]}}     | dtype that is not a string
                    {"x":{"dtype":"F99","shape":[4],"data_offsets":[0,16]}}  | unknown dtype "F99"
                    {"x":{"dtype":"F32","shape":4,"data_offsets":[0,16]}}    | shape that is not a list of whole numbers
                    {"x":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}} | shape that is not a list of whole numbers
                    {"x":{"dtype":"F32","shape":[4.0],"data_offsets":[0,16]}}| shape that is not a list of whole numbers
                    {"x":{"dtype":"F32","shape":["4"],"data_offsets":[0,16]}}| shape that is not a list of whole numbers
                    {"x":{"dtype":"F32","shape":[4],"data_offsets":[0,99999999999999999999]}}| number beyond 2^63 - 1
                    {"x":{"dtype":"F32","shape":[4],"data_offsets":[16]}}    | 1 data_offsets, expected [begin, end]
                    {"x":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}  | whose begin is after its end
                    {"x":{"dtype":"F32","shape":[3],"data_offsets":[0,16]}}  | takes 12 bytes, but its data_offsets [0, 16] span 16
                    {"x":{"dtype":"F4","shape":[3],"data_offsets":[0,16]}}   | does not come to a whole number of bytes
                    {"x":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,16]}}| below 2^63
                    {"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,16]}}| below 2^63
                    {"x":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}}  | begins at byte 4 of the data and leaves a hole: expected 0
                    {"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}| Duplicate
                    {"x":{"dtype":"F32","dtype":"F32","shape":[4],"data_offsets":[0,16]}}| Duplicate
                    {"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"y":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}| tensor "y" begins at byte 8 of the data and overlaps the tensor before it: expected 16
                    {"__metadata__":[]}                                      | __metadata__ is not an object of strings
                    {"__metadata__":{"a":1}}                                 | __metadata__ holds something other than a string for "a"
                    """)
    void aHeaderThatBreaksARule(String header, String expected) throws IOException {
        Path file = RawSafetensors.write(folder.resolve("x"), header, new byte[16]);
        assertRefused(file, expected);
        assertRefused(file, "has a bad safetensors header: ");
    }

    @Test
    void aShapeOfManyAxes() throws IOException {
        String shape = "1,".repeat(64) + "1";
        Path file = RawSafetensors.write(
                folder.resolve("x"),
                "{\"x\":{\"dtype\":\"F32\",\"shape\":[" + shape + "],\"data_offsets\":[0,4]}}",
                new byte[4]);
        assertRefused(file, "a shape of more than 64 numbers");
    }

    @Test
    void aHeaderNestedTooDeep() throws IOException {
        String header = "{\"x\":{\"more\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}}";
        assertRefused(RawSafetensors.write(folder.resolve("x"), header, new byte[0]), "it is not valid JSON");
    }
}
