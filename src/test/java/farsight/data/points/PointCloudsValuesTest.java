package farsight.data.points;

import static farsight.data.points.MemoryClouds.ENCODINGS;
import static farsight.data.points.MemoryClouds.at0;
import static farsight.data.points.MemoryClouds.bytes;
import static farsight.data.points.MemoryClouds.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.data.DataException;
import farsight.data.points.CloudFiles.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The values of a file: positions far from 0, normals and labels of every type, missing values. */
class PointCloudsValuesTest {
    private static boolean isPcd(String encoding) {
        return List.of("ascii", "binary", "binary_compressed").contains(encoding);
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
}
