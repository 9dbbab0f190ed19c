package farsight.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

    @TempDir
    Path folder;

    @Test
    void aCounterIsReadFromOneI64OrF32() throws IOException {
        byte[] data = {7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x40, 0x40};
        Path file = RawSafetensors.write(
                folder.resolve("c.safetensors"),
                "{\"i\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                        + "\"f\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]},"
                        + "\"many\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[12,12]}}",
                data);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.counter("i")).isEqualTo((1L << 32) + 7);
            assertThat(read.counter("f")).isEqualTo(3);
            assertThatThrownBy(() -> read.counter("many"))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("\"many\"")
                    .hasMessageContaining("F32 and shape [0], expected one I64 or F32");
        }
    }

    @Test
    void writtenTensorsAreReadBackBitForBit() {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("g.conv.weight", Tensor.of(new float[] {1, -0f, Float.NaN, Float.MIN_VALUE}, 2, 2, 1));
        tensors.put("scalar", Tensor.of(new float[] {3}));
        tensors.put("empty", Tensor.allocate(0, 7));
        tensors.put("a \"quoted\" \\ naïve ニューロン \n name", Tensor.of(new float[] {Float.NEGATIVE_INFINITY}, 1));
        Path file = folder.resolve("x.safetensors");

        Safetensors.write(file, tensors, Map.of("format", "pt", "made by", "a \"test\""));

        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).containsExactlyElementsOf(tensors.keySet());
            assertThat(read.metadata()).isEqualTo(Map.of("format", "pt", "made by", "a \"test\""));
            tensors.forEach((name, tensor) -> {
                assertThat(read.tensor(name)).isEqualTo(tensor);
                assertThat(read.dtype(name)).isEqualTo("F32");
                assertThat(read.shape(name)).isEqualTo(tensor.shape());
            });
            assertThat(read.contains("scalar")).isTrue();
            assertThat(read.contains("__metadata__")).isFalse();
        }
        assertThat(Safetensors.read(file)).isEqualTo(tensors);
    }

    @Test
    void valuesLongerThanOneChunkAreWrittenWhole() {
        Tensor tensor = Tensor.allocate(3, 300_001);
        for (long i = 0; i < tensor.elements(); i += 1000) {
            tensor.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) i);
        }
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, new LinkedHashMap<>(Map.of("x", tensor)), Map.of());
        assertThat(Safetensors.read(file)).containsEntry("x", tensor);
    }

    @Test
    void sameContentGivesTheSameBytes() throws IOException {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(Map.of("x", Tensor.of(new float[] {1}, 1)));
        Path one = folder.resolve("1");
        Path two = folder.resolve("2");
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("a", "1");
        metadata.put("b", "2");
        Safetensors.write(one, tensors, metadata);
        Safetensors.write(two, tensors, new LinkedHashMap<>(metadata).reversed());
        assertThat(one).hasSameBinaryContentAs(two);
    }

    @Test
    void headerIsPaddedWithSpacesToEightBytes() throws IOException {
        for (int length = 1; length <= 8; length++) {
            Path file = folder.resolve("x" + length);
            SequencedMap<String, Tensor> tensors =
                    new LinkedHashMap<>(Map.of("n".repeat(length), Tensor.of(new float[] {1}, 1)));
            Safetensors.write(file, tensors, Map.of());
            byte[] bytes = Files.readAllBytes(file);
            long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            assertThat(header % 8).isZero();
            assertThat(new String(bytes, 8, (int) header, StandardCharsets.UTF_8))
                    .matches("\\{.*} {0,7}");
            assertThat(bytes).hasSize((int) (8 + header + 4));
        }
    }

    @Test
    void anEmptyMapIsAFile() {
        Path file = folder.resolve("none");
        Safetensors.write(file, new LinkedHashMap<>(), Map.of());
        assertThat(Safetensors.read(file)).isEmpty();
    }

    @Test
    void theNameOfTheMetadataIsRefused() {
        SequencedMap<String, Tensor> tensors =
                new LinkedHashMap<>(Map.of("__metadata__", Tensor.of(new float[] {1}, 1)));
        Path file = folder.resolve("x");
        assertThatThrownBy(() -> Safetensors.write(file, tensors, Map.of()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("__metadata__");
        assertThat(file).doesNotExist();
    }

    @Test
    void aNameThatIsNotUnicodeIsRefused() {
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(Map.of("a\ud800b", Tensor.of(new float[] {1}, 1)));
        Path file = folder.resolve("x");
        assertThatThrownBy(() -> Safetensors.write(file, tensors, Map.of())).isInstanceOf(DataException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void namesComeInTheOrderOfTheDataNotOfTheHeader() throws IOException {
        Path file = RawSafetensors.write(folder.resolve("x"), """
                {"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"e":{"dtype":"F32","shape":[0],\
                "data_offsets":[4,4]},"a":{"data_offsets":[0,4],"shape":[1],"dtype":"F32","more":[{}]}}
                """, RawSafetensors.littleEndian(1f, 2f));
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).containsExactly("a", "e", "b");
            assertThat(read.tensor("b").toArray()).containsExactly(2f);
            assertThat(read.tensor("e").toArray()).isEmpty();
        }
    }

    @Test
    void unalignedDataIsRead() throws IOException {
        String header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        for (int padding = 0; padding < 4; padding++) {
            Path file = RawSafetensors.write(
                    folder.resolve("x" + padding),
                    header + " ".repeat(padding),
                    RawSafetensors.littleEndian(1.5f, -2f));
            assertThat(RawSafetensors.first(file).toArray()).containsExactly(1.5f, -2f);
        }
    }

    @Test
    void aTensorOutlivesItsFileOnlyAsACopy() {
        Path file = folder.resolve("x");
        Safetensors.write(file, new LinkedHashMap<>(Map.of("x", Tensor.of(new float[] {1}, 1))), Map.of());
        SafetensorsFile open = SafetensorsFile.open(file);
        Tensor view = open.tensor("x");
        Tensor copy = view.copy();
        open.close();
        open.close();
        assertThat(copy.get(0)).isEqualTo(1f);
        assertThatThrownBy(() -> view.get(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void integerAndDoubleTensorsAreListedButNotReadAsFloats() throws IOException {
        Path file = RawSafetensors.write(folder.resolve("x"), """
                {"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},\
                "d":{"dtype":"F64","shape":[],"data_offsets":[8,16]},\
                "n":{"dtype":"F4","shape":[2,3],"data_offsets":[16,19]}}""", new byte[19]);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).isEqualTo(List.of("i", "d", "n"));
            assertThat(read.dtype("i")).isEqualTo("I64");
            assertThatThrownBy(() -> read.tensor("i"))
                    .isInstanceOf(DataException.class)
                    .hasMessage("tensor \"i\" in " + file + " has dtype I64, expected F32, F16 or BF16");
            assertThatThrownBy(() -> read.tensor("d"))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("F64, expected F32, F16 or BF16");
        }
    }

    @Test
    void aMissingTensorIsNamedWithTheExistingOnes() {
        Path file = folder.resolve("x");
        Safetensors.write(file, new LinkedHashMap<>(Map.of("x", Tensor.of(new float[] {1}, 1))), Map.of());
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThatThrownBy(() -> read.tensor("y"))
                    .isInstanceOf(DataException.class)
                    .hasMessage(file + " holds no tensor \"y\", only \"x\"");
        }
    }

    static Stream<Path> goldenFiles() throws IOException {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("goldenFiles")
    void goldenFilesAreReadAndSurviveARoundTrip(Path golden) {
        SequencedMap<String, Tensor> tensors = Safetensors.read(golden);
        assertThat(tensors).isNotEmpty();
        assertThat(tensors.values())
                .allSatisfy(tensor -> assertThat(tensor.nonFinite()).isZero());
        Path copy = folder.resolve("copy");
        Safetensors.write(copy, tensors, Map.of());
        assertThat(Safetensors.read(copy)).isEqualTo(tensors);
    }
}
