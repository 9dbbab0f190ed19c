package farsight.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.data.DataException;
import farsight.data.NoRoomException;
import farsight.data.Room;
import farsight.data.points.CloudFiles.Column;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of a file: positions far from 0, ranges of every type, missing values. */
class PointCloudsValuesTest {
    private static final Path FILE = Path.of("some", "cloud");
    private static final List<String> ENCODINGS =
            List.of("ascii", "binary", "binary_compressed", "ply", "binary_little_endian", "binary_big_endian");

    @TempDir
    Path folder;

    private static PointCloud read(byte[] bytes) {
        return PointClouds.read(FILE, MemorySegment.ofArray(bytes));
    }

    private static PointCloud read(String text) {
        return read(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(String encoding, List<Column> columns) {
        return switch (encoding) {
            case "ascii", "binary", "binary_compressed" ->
                CloudFiles.pcdBytes(encoding, columns.getFirst().values().length, 1, columns);
            case "ply" -> CloudFiles.plyBytes("ascii", columns);
            default -> CloudFiles.plyBytes(encoding, columns);
        };
    }

    private static boolean isPcd(String encoding) {
        return List.of("ascii", "binary", "binary_compressed").contains(encoding);
    }

    /** So many points at 0, 0, 0 with what else is given. */
    private static List<Column> at0(int points, Column... others) {
        List<Column> columns = new ArrayList<>();
        for (String axis : List.of("x", "y", "z")) {
            columns.add(new Column(axis, "F4", new double[points]));
        }
        columns.addAll(List.of(others));
        return columns;
    }

    private static List<Column> colours(String type, double... values) {
        return at0(
                values.length,
                new Column("red", type, values),
                new Column("green", type, values),
                new Column("blue", type, new double[values.length]));
    }

    static Stream<String> encodings() {
        return ENCODINGS.stream();
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void featuresAreInvariantToLargeMapCoordinates(String encoding) {
        double[] origin = {512_345, 5_403_210, 260};
        Random random = new Random(3);
        for (String type : isPcd(encoding) ? List.of("F8", "I4", "U4", "I8", "U8") : List.of("F8", "I4", "U4")) {
            // In metres as doubles, in millimetres as integers.
            double unit = type.equals("F8") ? 1 : 1000;
            List<Column> far = new ArrayList<>();
            List<Column> near = new ArrayList<>();
            for (int axis = 0; axis < 3; axis++) {
                double[] there = new double[40];
                double[] here = new double[40];
                // 4,294,967,295 mm are the end of 32 bits.
                double first = type.endsWith("4") ? Math.min(origin[axis], 2_000_000) : origin[axis];
                for (int p = 0; p < there.length; p++) {
                    here[p] = random.nextInt(10_000) / 1000.0 * unit;
                    there[p] = first * unit + here[p];
                }
                String name = "xyz".substring(axis, axis + 1);
                far.add(new Column(name, type, there));
                near.add(new Column(name, "F8", here));
            }
            PointCloud cloud = read(bytes(encoding, far));
            assertThat(cloud.features())
                    .as(type)
                    .containsExactly(read(bytes("binary", near)).features(), within(1e-6f));
            for (int p = 0; p < cloud.points(); p++) {
                assertThat(cloud.xyz()[3 * p + 1]).isEqualTo(far.get(1).values()[p]);
            }
        }
    }

    @Test
    void textKeepsMoreDigitsThanItsDeclaredFloat() {
        PointCloud cloud = read("""
                VERSION 0.7
                FIELDS x y z
                SIZE 4 4 4
                TYPE F F F
                WIDTH 2
                HEIGHT 1
                DATA ascii
                512345.0 5403210.0 260
                512345.1 5403210.1 260.1
                """);
        assertThat(cloud.features())
                .containsExactly(new float[] {-.57735f, -.57735f, -.57735f, .57735f, .57735f, .57735f}, within(1e-4f));
    }

    @ParameterizedTest
    @CsvSource({
        // type, the largest value there is, what full colour is, whether it goes without saying
        "U1, 255, 255, true",
        "U1, 17, 255, true",
        "I1, 127, 255, true",
        "U2, 65535, 65535, true",
        "U2, 256, 65535, true",
        "U2, 255, 255, false",
        "I2, 255, 255, false",
        "I2, 32767, 32767, false",
        "I4, 255, 255, false",
        "I4, 65535, 65535, false",
        "U4, 255, 255, false",
        "U4, 65535, 65535, false",
        "F4, 1, 1, true",
        "F4, 0.25, 1, true",
        "F4, 255, 255, false",
        "F4, 200.5, 255, false",
        "F4, 65535, 65535, false",
        "F8, 1, 1, true",
        "F8, 255, 255, false",
        "F8, 2, 255, false"
    })
    void coloursHaveTheRangeThatTheirValuesTell(String type, double most, double full, boolean plain) {
        for (String encoding : ENCODINGS) {
            PointCloud cloud = read(bytes(encoding, colours(type, 0, most, type.startsWith("F") ? most / 2 : 1)));
            float[] rgb = cloud.rgb();
            assertThat(rgb).isNotNull();
            assertThat(rgb[3]).as(encoding).isEqualTo((float) (most / full));
            assertThat(rgb[8]).isZero();
            assertThat(cloud.notes()).as("%s: %s", encoding, cloud.notes()).hasSize(plain ? 0 : 1);
            if (!plain) {
                assertThat(cloud.notes().getFirst()).contains(FILE.toString(), "0 … %.0f".formatted(full));
            }
        }
    }

    @Test
    void negativeColourValuesAreReadAsUnsigned() {
        for (String encoding : ENCODINGS) {
            PointCloud bytes = read(bytes(encoding, colours("I1", -1, 0, 127)));
            assertThat(bytes.rgb()).startsWith(1, 1, 0).endsWith(127 / 255f, 127 / 255f, 0);
            assertThat(bytes.notes()).hasSize(1).first().asString().contains("negative", "unsigned");
            PointCloud words = read(bytes(encoding, colours("I2", -1, 0, 255)));
            assertThat(words.rgb()).startsWith(1, 1, 0).endsWith(255 / 65535f, 255 / 65535f, 0);
            assertThat(words.notes()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"F4, -1", "F8, 70000", "I4, -1", "I4, 65536", "U4, 4294967295", "F4, 1.5", "F8, -0.5"})
    void coloursOutsideEveryRangeAreRefused(String type, double value) {
        for (String encoding : ENCODINGS) {
            assertThatThrownBy(() -> read(bytes(encoding, colours(type, 0, value))))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("expected 0 … 1, 0 … 255 or 0 … 65535")
                    .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
        }
    }

    @Test
    void coloursSlightlyOutOfRangeAreClippedAndNoted() {
        PointCloud cloud = read(bytes("binary", colours("F4", -0.005, 1.005, 1.0000001)));
        assertThat(cloud.rgb()).containsExactly(0, 0, 0, 1, 1, 0, 1, 1, 0);
        assertThat(cloud.notes()).hasSize(1).first().asString().contains("4 values of colour outside 0 … 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nan", "-nan", "NaN", "inf", "-inf"})
    void aMissingColourInTextIsZeroAndCounted(String missing) {
        String text = """
                VERSION 0.7
                FIELDS x y z rgb
                SIZE 4 4 4 4
                TYPE F F F %s
                WIDTH 3
                HEIGHT 1
                DATA ascii
                1 2 3 %s
                1 2 3 %s
                1 2 3 %s
                """;
        for (String type : List.of("F", "U", "I")) {
            // As a float the bits of 0x808080, as a whole number the word itself.
            String grey = type.equals("F") ? Float.toString(Float.intBitsToFloat(0x808080)) : "8421504";
            PointCloud cloud = read(text.formatted(type, grey, missing, grey));
            float half = 128 / 255f;
            assertThat(cloud.rgb()).as(type).containsExactly(half, half, half, 0, 0, 0, half, half, half);
            assertThat(cloud.notes()).hasSize(1).first().asString().contains("no colour for 1 of its points");
            PointCloud none = read(text.formatted(type, missing, missing, missing));
            assertThat(none.rgb()).isNull();
            assertThat(none.notes()).hasSize(1).first().asString().contains("no colour for any of its points");
        }
    }

    @Test
    void aPackedColourThatIsNotAWordIsRefused() {
        for (String word : List.of("1.5", "1e12", "4294967296", "-3e9")) {
            assertThatThrownBy(() -> read("""
                            VERSION 0.7
                            FIELDS x y z rgba
                            SIZE 4 4 4 4
                            TYPE F F F U
                            WIDTH 1
                            HEIGHT 1
                            DATA ascii
                            1 2 3 %s
                            """.formatted(word)))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("expected a value of the field \"rgba\"");
        }
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void missingColoursNormalsAndLabelsAreCounted(String encoding) {
        double nan = Double.NaN;
        List<Column> columns = at0(
                3,
                new Column("red", "F4", 0.5, nan, 1),
                new Column("green", "F4", 0.5, 1, 1),
                new Column("blue", "F4", 0.5, 1, 1),
                new Column("nx", "F8", 1, 1, 0),
                new Column("ny", "F8", 0, nan, 1),
                new Column("nz", "F8", 0, 0, 0),
                new Column("label", "F4", 1, nan, 3));
        PointCloud cloud = read(bytes(encoding, columns));
        assertThat(cloud.rgb()).containsExactly(.5f, .5f, .5f, 0, 0, 0, 1, 1, 1);
        assertThat(cloud.normals()).containsExactly(1, 0, 0, 0, 0, 0, 0, 1, 0);
        assertThat(cloud.labels()).isNull();
        assertThat(cloud.notes()).hasSize(3);
        assertThat(String.join(" ", cloud.notes()))
                .contains("no colour for 1", "no normal for 1", "no label for 1", "labels are left out");
    }

    @Test
    void valuesOfPointsWithoutAPositionAreIgnored() {
        double nan = Double.NaN;
        List<Column> columns = List.of(
                new Column("x", "F4", 1, nan, 3),
                new Column("y", "F4", 1, 2, 3),
                new Column("z", "F4", 1, 2, 3),
                new Column("red", "F4", 1, 1e9, 1),
                new Column("green", "F4", 1, nan, 1),
                new Column("blue", "F4", 1, -7, 1),
                new Column("label", "F4", 1, nan, 3));
        for (String encoding : ENCODINGS) {
            PointCloud cloud = read(bytes(encoding, columns));
            assertThat(cloud.rgb()).containsOnly(1);
            assertThat(cloud.labels()).containsExactly(1, 3);
            assertThat(cloud.places()).containsExactly(0, 2);
            assertThat(cloud.notes()).isEmpty();
        }
    }

    @Test
    void labelsThatAreNotWordsAreDroppedAndLargeOnesNoted() {
        for (double odd : new double[] {1.5, 1e10, -3e9, Double.POSITIVE_INFINITY}) {
            PointCloud cloud = read(bytes("binary", at0(2, new Column("scalar_Label", "F8", 1, odd))));
            assertThat(cloud.labels()).isNull();
            assertThat(cloud.notes()).hasSize(1);
        }
        PointCloud large = read(bytes("binary", at0(2, new Column("label", "U4", 1, 4294967295.0))));
        assertThat(large.labels()).containsExactly(1, -1);
        assertThat(large.notes()).hasSize(1);
    }

    @Test
    void integerNormalsAreNormalised() {
        for (String type : List.of("I1", "I2", "I4")) {
            PointCloud cloud = read(bytes("binary", normals(type, 96, 0, -127)));
            assertThat(cloud.normals()).containsExactly(new float[] {.6f, 0, -.8f}, within(5e-3f));
            assertThat(cloud.notes()).hasSize(1).first().asString().contains("length 1");
        }
        assertThat(read(bytes("binary", normals("I1", 0, 0, -1))).normals()).containsExactly(0, 0, -1);
        assertThatThrownBy(() -> read(bytes("binary", normals("U1", 96, 0, 127))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("normals of type uint8 up to 127");
    }

    private static List<Column> normals(String type, double x, double y, double z) {
        return at0(1, new Column("nx", type, x), new Column("ny", type, y), new Column("nz", type, z));
    }

    @Test
    void aDuplicateColourIsNotedAndADuplicatePositionRefused() {
        List<Column> twice = new ArrayList<>(colours("U1", 1, 2));
        twice.add(new Column("diffuse_red", "U1", 255, 0));
        PointCloud cloud = read(bytes("binary", twice));
        assertThat(cloud.rgb()).startsWith(1, 1 / 255f, 0);
        assertThat(cloud.notes()).hasSize(1).first().asString().contains("\"red\"", "\"diffuse_red\"");
        List<Column> again = new ArrayList<>(colours("U1", 1));
        again.add(new Column("red", "U1", 1));
        assertRefused(again, "two fields for red");
        assertRefused(at0(1, new Column("X", "F4", 1)), "two fields for x");
    }

    private static void assertRefused(List<Column> columns, String expected) {
        assertThatThrownBy(() -> read(bytes("binary", columns)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 11, 12, 100, 3922, 4096, 16384, 65536})
    void zeroPaddingAfterBinaryPointsIsIgnored(int zeros) {
        List<Column> columns = at0(3, new Column("label", "U4", 7, 8, 9));
        byte[] whole = bytes("binary", columns);
        assertThat(read(Arrays.copyOf(whole, whole.length + zeros)).labels()).containsExactly(7, 8, 9);
    }

    @Test
    void anOrganisedCloudKeepsItsRowsWhereNoPointIsMissing() {
        List<Column> columns = at0(6);
        PointCloud cloud = read(CloudFiles.pcdBytes("binary", 3, 2, columns));
        assertThat(cloud.organised()).isTrue();
        assertThat(cloud.width()).isEqualTo(3);
        assertThat(cloud.height()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Padding of lidars: no bytes at all, several of one name.
                """
                # .PCD v0.7 - Point Cloud Data file format
                VERSION 0.7
                FIELDS x y z _ intensity _ ring _
                SIZE 4 4 4 1 4 1 2 1
                TYPE F F F U F U U U
                COUNT 1 1 1 0 1 2 1 0
                WIDTH 1
                HEIGHT 1
                VIEWPOINT 0 0 0 1 0 0 0
                POINTS 1
                DATA ascii
                1 2 3 0.5 0 0 7
                """,
                // The first versions: columns, no types, no rows.
                "COLUMNS x y z\nPOINTS 1\nDATA ascii\n1 2 3\n",
                "# comment\n\nVERSION .5\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nPOINTS 1\nDATA ascii\n1 2 3",
                "VERSION .6\nFIELDS x y z\nWIDTH 1\nHEIGHT 0\nPOINTS 1\nDATA ascii\n1 2 3",
                // Other hands.
                "version 0.7\nfields X Y Z\nsize 4 4 4\ntype f f f\nwidth 1\nheight 1\ndata ASCII\n1 2 3\n",
                """
                ply
                format ascii 1.0
                obj_info a
                comment b
                element face 1
                property list uchar int vertex_indices
                element vertex 1
                property double x
                property double y
                property double z
                property float scalar_Intensity
                element tristrips 1
                property list int int vertex_indices
                end_header
                3 0 1 2
                1 2 3 0.5
                2 7 8
                """
            })
    void filesOfOtherHandsAreRead(String text) {
        for (String ends : List.of("\n", "\r\n")) {
            PointCloud cloud = read(text.replace("\n", ends));
            assertThat(cloud.xyz()).containsExactly(1, 2, 3);
            assertThat(cloud.notes()).isEmpty();
        }
    }

    @Test
    void cloudsThatExceedTheBudgetAreRefusedFromTheHeader() throws IOException {
        int points = 1000;
        for (String encoding : ENCODINGS) {
            byte[] whole = bytes(encoding, at0(points, new Column("label", "U4", new double[points])));
            Path file = Files.write(folder.resolve("cloud"), whole);
            long least = 1000L * (24 + 4);
            assertThatThrownBy(() -> PointClouds.read(file, new Room(least, "the budget is small")))
                    .isInstanceOf(NoRoomException.class)
                    .hasMessage(
                            "reading the 1000 points of %s needs at least 1 MB; the budget is small".formatted(file));
            assertThat(PointClouds.read(file, new Room(5 * least, "")).points()).isEqualTo(points);
        }
    }

    @Test
    void pointsBeyondThePlyHeadersCountAreDroppedAndNoted() {
        String two = """
                ply
                format ascii 1.0
                element vertex 2
                property float x
                property float y
                property float z
                end_header
                0 0 0
                1 2 3
                """;
        assertThat(read(two).notes()).isEmpty();
        assertThat(read(two + " \n\n").notes()).isEmpty();
        PointCloud more = read(two + "4 5 6\n");
        assertThat(more.points()).isEqualTo(2);
        assertThat(more.notes()).hasSize(1).first().asString().contains("after the 2 points");

        byte[] header = two.substring(0, two.indexOf("0 0 0"))
                .replace("ascii", "binary_little_endian")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] longer = Arrays.copyOf(header, header.length + 3 * 12);
        assertThat(read(longer).notes()).as("zeros fill a page").isEmpty();
        longer[longer.length - 1] = 64;
        assertThat(read(longer).notes()).hasSize(1).first().asString().contains("after the 2 points");
    }
}
