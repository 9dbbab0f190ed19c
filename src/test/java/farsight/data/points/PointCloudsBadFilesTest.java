package farsight.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.DataException;
import farsight.data.points.CloudFiles.Column;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading any file gives a cloud or one line that says what was expected. */
class PointCloudsBadFilesTest {
    private static final String PCD = """
            VERSION 0.7
            FIELDS x y z
            SIZE 4 4 4
            TYPE F F F
            COUNT 1 1 1
            WIDTH 2
            HEIGHT 1
            POINTS 2
            DATA ascii
            1.0 2.0 3.0
            4.0 5.0 6.0
            """;
    private static final String PLY = """
            ply
            format ascii 1.0
            element vertex 2
            property float x
            property float y
            property float z
            end_header
            1.0 2.0 3.0
            4.0 5.0 6.0
            """;
    private static final List<Column> COLUMNS = List.of(
            new Column("x", "F4", 1, 2, 3, 4, 5, 6),
            new Column("y", "F4", 1, 1, 1, 1, 1, 1),
            new Column("z", "F4", 0, 0, 0, 0, 0, 0),
            new Column("label", "U4", 1, 2, 1, 2, 1, 2));

    /** For messages: the bytes come from memory. */
    private static final Path FILE = Path.of("some", "cloud");

    @TempDir
    Path folder;

    private static void assertRefused(byte[] bytes, String expected) {
        assertThatThrownBy(() -> PointClouds.read(FILE, MemorySegment.ofArray(bytes)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(FILE.toString())
                .hasMessageContaining(expected)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    private static void assertRefused(String text, String expected) {
        assertRefused(text.getBytes(StandardCharsets.US_ASCII), expected);
    }

    @Test
    void theUndamagedFilesAreRead() throws IOException {
        for (String text : new String[] {PCD, PLY}) {
            PointCloud cloud = PointClouds.read(Files.writeString(folder.resolve("x"), text));
            assertThat(cloud.xyz()).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void missingFilesFoldersAndOtherKinds() {
        assertThatThrownBy(() -> PointClouds.read(folder.resolve("none")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no such file, expected a point cloud (PCD or PLY)");
        assertThatThrownBy(() -> PointClouds.read(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("it is a folder");
        assertRefused("", "is not a point cloud: expected PCD, with VERSION 0.7, or PLY");
        assertRefused("solid cube", "is not a point cloud");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    FIELDS x y z  | FIELDS x y q        | has no positions: its fields are x, y, q, expected x, y and z
                    FIELDS x y z  | FIELDS x x z        | has two fields for x
                    FIELDS x y z  | FIELDS x y          | has 2 FIELDS, but 3 of SIZE, 3 of TYPE and 3 of COUNT
                    FIELDS x y z  | FIELDS              | has 0 fields, expected 1 to 1024
                    FIELDS x y z  | FOO x y z           | line 2: unknown entry "FOO" of a PCD header
                    FIELDS x y z  | SIZE 4 4 4          | line 3: a second SIZE in a PCD header
                    SIZE 4 4 4    | SIZE 4 4 3          | the field "z" of TYPE and SIZE "F3"
                    SIZE 4 4 4    | # 4 4 4             | has no SIZE in its PCD header
                    TYPE F F F    | TYPE F F G          | the field "z" of TYPE and SIZE "G4"
                    COUNT 1 1 1   | COUNT 1 1 0         | a COUNT of 0 for the field "z", expected at least 1
                    COUNT 1 1 1   | COUNT 1 1 2         | has no positions
                    WIDTH 2       | WIDTH two           | has WIDTH "two", expected a whole number >= 0
                    WIDTH 2       | WIDTH -2            | has WIDTH "-2", expected a whole number >= 0
                    WIDTH 2       | WIDTH 2 2           | has 2 values of WIDTH in its PCD header, expected 1
                    WIDTH 2       | WIDTH 0             | claims 0 points, expected 1 to
                    WIDTH 2       | WIDTH 3             | claims POINTS 2, but WIDTH 3 times HEIGHT 1
                    WIDTH 2       | WIDTH 9223372036854775807 | claims 9223372036854775807 points, expected 1 to
                    HEIGHT 1      | HEIGHT 9223372036854775807 | claims 2 times 9223372036854775807 points
                    VERSION 0.7   | VERSION 0.8         | is of PCD version "0.8", expected 0.7
                    DATA ascii    | DATA zip            | has DATA "zip", expected ascii, binary or binary_compressed
                    DATA ascii    | #                   | unknown entry "1.0"
                    1.0 2.0 3.0   | 1 2                 | line 10 has fewer values than the header has fields
                    1.0 2.0 3.0   | 1 2 3 4             | line 10 has more values than the header has fields
                    1.0 2.0 3.0   | 1 2 three           | line 10: "three" is not a number, expected a value of the field "z"
                    4.0 5.0 6.0   | #                   | is truncated
                    4.0 5.0 6.0   | 4 5 6 \\n 7 8 9      | is too long: something follows the 2 points it claims
                    """)
    void pcdFilesThatContradictThemselves(String line, String instead, String expected) {
        assertRefused(PCD.replace(line, instead.equals("#") ? "" : instead.replace("\\n", "\n")), expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    format ascii 1.0 | format ascii 2.0      | expected format ascii, binary_little_endian or binary_big_endian
                    format ascii 1.0 | comment               | has no format in its PLY header
                    element vertex 2 | element point 2       | must have exactly one element vertex
                    element vertex 2 | element vertex        | expected an element's name and its number of rows
                    element vertex 2 | element vertex -2     | expected an element's name and its number of rows
                    element vertex 2 | element vertex 0      | claims 0 points, expected 1 to
                    element vertex 2 | element vertex 9223372036854775807 | claims 9223372036854775807 points
                    element vertex 2 | element vertex 3      | is truncated: it ends before vertex 3 of 3
                    element vertex 2 | element vertex 200    | is truncated: it ends before the 200 rows
                    element vertex 2 | comment               | a property before any element
                    property float z | property float q      | has no positions
                    property float z | property float16 z    | unknown type "float16"
                    property float z | property float        | expected property with a type and a name
                    property float z | property list uchar int z | has no positions
                    property float z | property list float int z | a list counted in floats
                    property float z | colour z              | unknown entry "colour" of a PLY header
                    end_header       | comment               | unknown entry "1.0"
                    4.0 5.0 6.0      | 4 5                   | line 9 has fewer values
                    4.0 5.0 6.0      | 4 5 6 7               | line 9 has more values
                    4.0 5.0 6.0      | 4 5 six               | line 9: "six" is not a number, expected a value of "z"
                    """)
    void plyFilesThatContradictThemselves(String line, String instead, String expected) {
        assertRefused(PLY.replace(line, instead), expected);
    }

    @Test
    void cloudsWithoutAnyPosition() {
        assertRefused(PLY.replace("3.0", "nan").replace("4.0", "inf"), "no point with a finite position");
    }

    @Test
    void aHeaderWithoutAnEnd() {
        assertRefused("ply\nformat ascii 1.0\n", "is truncated: it ends within its header");
        assertRefused("VERSION 0.7\n" + "#".repeat(70_000), "has more than 65536 characters");
        assertRefused(PCD.replace("3.0", "3".repeat(300)), "has a word of more than 256 characters");
    }

    @Test
    void aColourPackedIntoTheWrongWidth() {
        assertRefused(
                PLY.replace("float z\n", "float z\nproperty uchar rgb\n")
                        .replace("3.0", "3.0 0")
                        .replace("6.0", "6.0 0"),
                "packs colour into a field \"rgb\" of 1 bytes, expected 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ascii", "binary", "binary_compressed"})
    void everyTruncationOfAPcdFile(String encoding) {
        byte[] whole = CloudFiles.pcdBytes(encoding, 3, 2, COLUMNS);
        // The last line end of a text file is no loss.
        for (int length = 0; length < whole.length - (encoding.equals("ascii") ? 1 : 0); length++) {
            assertRefused(Arrays.copyOf(whole, length), "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ascii", "binary_little_endian", "binary_big_endian"})
    void everyTruncationOfAPlyFileBeforeItsFaces(String format) {
        byte[] whole = CloudFiles.plyBytes(format, COLUMNS);
        int faces = format.equals("ascii") ? "\n3 0 0 0\n".length() : 13;
        for (int length = 0; length < whole.length - faces; length++) {
            assertRefused(Arrays.copyOf(whole, length), "");
        }
    }

    @Test
    void binaryPointsTheHeaderDoesNotCountAreRefused() {
        byte[] whole = CloudFiles.pcdBytes("binary", 3, 2, COLUMNS);
        byte[] longer = Arrays.copyOf(whole, whole.length + 16);
        longer[whole.length + 15] = 1;
        assertRefused(longer, "is too long: its header describes 96 bytes");
        assertRefused(Arrays.copyOf(whole, whole.length + (1 << 16) + 1), "is too long");
    }

    @Test
    void aSmallFileThatClaimsManyPointsAsksForNoMemory() {
        String many = PCD.replace("WIDTH 2", "WIDTH 200000000").replace("POINTS 2", "POINTS 200000000");
        assertRefused(many, "is truncated: its header describes at least 1199999999 bytes of points");
        assertRefused(many.replace("ascii", "binary"), "is truncated");
        assertRefused(
                many.replace("ascii\n1.0 2.0 3.0\n4.0 5.0 6.0", "binary_compressed\n\4\0\0\0\0\0\0\0abcd"),
                "unpack to 0 bytes");
        String wide = many.replace("COUNT 1 1 1", "COUNT 1 1 1 2147483647 2147483647")
                .replace("FIELDS x y z", "FIELDS x y z _ _")
                .replace("SIZE 4 4 4", "SIZE 4 4 4 8 8")
                .replace("TYPE F F F", "TYPE F F F F F");
        assertRefused(wide, "");
    }

    @Test
    void aWrongCompressedSize() {
        byte[] whole = CloudFiles.pcdBytes("binary_compressed", 3, 2, COLUMNS);
        int at = new String(whole, StandardCharsets.ISO_8859_1).indexOf("DATA binary_compressed\n") + 23;
        byte[] longer = whole.clone();
        longer[at + 4]++;
        assertRefused(longer, "claims that its points unpack to 97 bytes, its header describes 96");
        byte[] tiny = whole.clone();
        tiny[at] = 1;
        assertRefused(tiny, "claims to unpack 1 bytes to 96, more than the compression can");
        byte[] damaged = whole.clone();
        damaged[at + 8] = (byte) 0xff;
        assertRefused(damaged, "is damaged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ascii", "binary", "binary_compressed", "binary_little_endian", "binary_big_endian", "ply"})
    void damagedFilesAreReadOrRefused(String encoding) {
        byte[] whole = switch (encoding) {
            case "ply" -> CloudFiles.plyBytes("ascii", COLUMNS);
            case "ascii", "binary", "binary_compressed" -> CloudFiles.pcdBytes(encoding, 3, 2, COLUMNS);
            default -> CloudFiles.plyBytes(encoding, COLUMNS);
        };
        byte[] likely = "0123456789 \nxyzrgbFIU-.e".getBytes(StandardCharsets.US_ASCII);
        Random random = new Random(2);
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = whole.clone();
            for (int times = 1 + random.nextInt(4); times > 0; times--) {
                int at = random.nextInt(bytes.length);
                bytes[at] = random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) random.nextInt();
            }
            try {
                PointCloud cloud = PointClouds.read(FILE, MemorySegment.ofArray(bytes));
                for (float value : cloud.features()) {
                    assertThat(value).isFinite();
                }
            } catch (DataException e) {
                assertThat(e.getMessage()).hasLineCount(1).contains(FILE.toString());
            }
        }
    }
}
