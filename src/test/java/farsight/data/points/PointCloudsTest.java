package farsight.data.points;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import farsight.data.points.CloudFiles.Column;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointCloudsTest {
    private static final int WIDTH = 13;
    private static final int HEIGHT = 7;
    private static final int POINTS = WIDTH * HEIGHT;

    @TempDir
    Path folder;

    private final Random random = new Random(8);

    /** Values a float holds exactly, also when written as text. */
    private Column floats(String name, String type) {
        double[] values = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            values[i] = random.nextInt(-4000, 4000) / 64.0;
        }
        return new Column(name, type, values);
    }

    private Column whole(String name, String type, long bound) {
        double[] values = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            values[i] = random.nextLong(bound);
        }
        return new Column(name, type, values);
    }

    private List<Column> everything(String colourName, String colourType) {
        return new ArrayList<>(List.of(
                whole("label", "U4", 90),
                floats("x", "F4"),
                floats("y", "F8"),
                floats("curvature", "F4"),
                floats("z", "F4"),
                // Without alpha, so that a text file can hold it as a float.
                whole(colourName, colourType, 1 << 24),
                floats("normal_x", "F4"),
                floats("normal_y", "F4"),
                floats("normal_z", "F4")));
    }

    private static void assertHolds(PointCloud cloud, List<Column> columns) {
        assertThat(cloud.points()).isEqualTo(POINTS);
        assertThat(cloud.dropped()).isZero();
        float[] rgb = cloud.rgb();
        float[] normals = cloud.normals();
        int[] labels = cloud.labels();
        assertThat(rgb).isNotNull();
        assertThat(normals).isNotNull();
        assertThat(labels).isNotNull();
        for (int p = 0; p < POINTS; p++) {
            assertThat(labels[p]).isEqualTo((int) columns.get(0).values()[p]);
            assertThat(cloud.xyz()[3 * p]).isEqualTo((float) columns.get(1).values()[p]);
            assertThat(cloud.xyz()[3 * p + 1]).isEqualTo((float) columns.get(2).values()[p]);
            assertThat(cloud.xyz()[3 * p + 2]).isEqualTo((float) columns.get(4).values()[p]);
            int word = (int) columns.get(5).values()[p];
            assertThat(rgb[3 * p]).isEqualTo((word >> 16 & 255) / 255f);
            assertThat(rgb[3 * p + 1]).isEqualTo((word >> 8 & 255) / 255f);
            assertThat(rgb[3 * p + 2]).isEqualTo((word & 255) / 255f);
            for (int axis = 0; axis < 3; axis++) {
                assertThat(normals[3 * p + axis])
                        .isEqualTo((float) columns.get(6 + axis).values()[p]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ascii", "binary", "binary_compressed"})
    void everyPcdEncodingGivesWhatWasWritten(String encoding) throws IOException {
        for (String colour : new String[] {"P4", "U4", "I4"}) {
            List<Column> columns = everything(colour.equals("U4") ? "rgba" : "rgb", colour);
            Path file = CloudFiles.pcd(folder.resolve(colour), encoding, WIDTH, HEIGHT, columns);
            PointCloud cloud = PointClouds.read(file);
            assertHolds(cloud, columns);
            assertThat(cloud.width()).isEqualTo(WIDTH);
            assertThat(cloud.height()).isEqualTo(HEIGHT);
            assertThat(cloud.organised()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ascii", "binary_little_endian", "binary_big_endian"})
    void everyPlyFormatGivesWhatWasWritten(String format) throws IOException {
        List<Column> columns = everything("rgba", "U4");
        PointCloud cloud = PointClouds.read(CloudFiles.ply(folder.resolve("x.ply"), format, columns));
        assertHolds(cloud, columns);
        assertThat(cloud.width()).isEqualTo(POINTS);
        assertThat(cloud.height()).isEqualTo(1);
        assertThat(cloud.organised()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"U1", "U2", "F4"})
    void separateColoursRunFromNoneToFull(String type) throws IOException {
        double full = type.equals("U1") ? 255 : type.equals("U2") ? 65535 : 1;
        List<Column> columns = List.of(
                new Column("x", "F4", 1, 2),
                new Column("y", "F4", 1, 2),
                new Column("z", "F4", 1, 2),
                new Column("red", type, 0, full),
                new Column("green", type, full, 0),
                new Column("blue", type, full, full));
        for (String format : new String[] {"ascii", "binary_little_endian", "binary_big_endian"}) {
            PointCloud cloud = PointClouds.read(CloudFiles.ply(folder.resolve(format), format, columns));
            assertThat(cloud.rgb()).containsExactly(0, 1, 1, 1, 0, 1);
        }
    }

    @Test
    void anOpaqueColourPackedInAFloatSurvivesThoughItIsNan() throws IOException {
        List<Column> columns = List.of(
                new Column("x", "F4", 1),
                new Column("y", "F4", 1),
                new Column("z", "F4", 1),
                new Column("rgb", "P4", 0xffcc9933L));
        for (String encoding : new String[] {"binary", "binary_compressed"}) {
            PointCloud cloud = PointClouds.read(CloudFiles.pcd(folder.resolve(encoding), encoding, 1, 1, columns));
            assertThat(cloud.rgb()).containsExactly(0.8f, 0.6f, 0.2f);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ascii", "binary", "binary_compressed"})
    void pointsWithoutAPositionAreDroppedAndCounted(String encoding) throws IOException {
        double nan = Double.NaN;
        List<Column> columns = List.of(
                new Column("x", "F4", nan, 1, 2, 3),
                new Column("y", "F4", 0, 1, nan, 3),
                new Column("z", "F4", 0, 1, 2, 3),
                new Column("label", "I4", 10, 11, 12, -13));
        PointCloud cloud = PointClouds.read(CloudFiles.pcd(folder.resolve("x"), encoding, 2, 2, columns));
        assertThat(cloud.points()).isEqualTo(2);
        assertThat(cloud.dropped()).isEqualTo(2);
        assertThat(cloud.xyz()).containsExactly(1, 1, 1, 3, 3, 3);
        assertThat(cloud.labels()).containsExactly(11, -13);
        assertThat(cloud.width()).isEqualTo(2);
        assertThat(cloud.height()).isEqualTo(1);
    }

    @Test
    void aNormalThatCouldNotBeEstimatedIsZero() throws IOException {
        List<Column> columns = List.of(
                new Column("x", "F4", 1, 2),
                new Column("y", "F4", 1, 2),
                new Column("z", "F4", 1, 2),
                new Column("nx", "F4", Double.NaN, 1),
                new Column("ny", "F4", Double.NaN, 0),
                new Column("nz", "F4", 1, 0));
        PointCloud cloud = PointClouds.read(CloudFiles.ply(folder.resolve("x"), "ascii", columns));
        assertThat(cloud.normals()).containsExactly(0, 0, 0, 1, 0, 0);
    }

    @Test
    void missingFieldsAreNull() throws IOException {
        List<Column> columns = List.of(
                new Column("x", "F4", 1),
                new Column("y", "F4", 1),
                new Column("z", "F4", 1),
                new Column("nx", "F4", 1));
        PointCloud cloud = PointClouds.read(CloudFiles.pcd(folder.resolve("x"), "binary", 1, 1, columns));
        assertThat(cloud.rgb()).isNull();
        assertThat(cloud.normals()).isNull();
        assertThat(cloud.labels()).isNull();
    }

    @Test
    void textInOtherStylesIsRead() throws IOException {
        String pcd = """
                # a comment
                VERSION .7
                FIELDS x y z histogram _
                SIZE 4 4 4 4 1
                TYPE F F F F U
                COUNT 1 1 1 3 2
                WIDTH 3
                HEIGHT 1
                POINTS 3
                DATA ascii
                1 2 3  9 9 9  0 0

                \t-1e0 +2 0.3e1 9 9 9 0 0\s
                nan -nan inf 9 9 9 0 0""".replace("\n", "\r\n");
        PointCloud cloud = PointClouds.read(Files.writeString(folder.resolve("x"), pcd, StandardCharsets.US_ASCII));
        assertThat(cloud.xyz()).containsExactly(1, 2, 3, -1, 2, 3);
        assertThat(cloud.dropped()).isEqualTo(1);
    }

    @Test
    void aFewBytesOfPaddingBehindBinaryPointsAreLeftAlone() throws IOException {
        List<Column> columns = List.of(new Column("x", "F4", 1), new Column("y", "F4", 2), new Column("z", "F4", 3));
        byte[] bytes = CloudFiles.pcdBytes("binary", 1, 1, columns);
        Path file = Files.write(folder.resolve("x"), java.util.Arrays.copyOf(bytes, bytes.length + 1));
        assertThat(PointClouds.read(file).xyz()).containsExactly(1, 2, 3);
    }

    @Test
    void featuresAreCentredWithinTheUnitBallAndOtherwiseAsRead() {
        float[] xyz = {10, 0, 0, 14, 0, 0, 12, 1, 0, 12, -1, 0};
        float[] rgb = {0, 0.5f, 1, 0, 0.5f, 1, 0, 0.5f, 1, 0, 0.5f, 1};
        float[] normals = {0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1};
        PointCloud cloud = new PointCloud(4, 4, 1, xyz, rgb, normals, null, 0, null);
        assertThat(cloud.featureNames()).containsExactly("x", "y", "z", "red", "green", "blue", "nx", "ny", "nz");
        float[] features = cloud.features();
        assertThat(features).hasSize(4 * 9);
        assertThat(features).startsWith(-1, 0, 0, 0, 0.5f, 1, 0, 0, 1).endsWith(0, -0.5f, 0, 0, 0.5f, 1, 0, 0, 1);
    }

    @Test
    void featuresAreInvariantToTranslationAndUnit() {
        float[] here = new float[300];
        float[] there = new float[300];
        for (int i = 0; i < here.length; i++) {
            here[i] = random.nextInt(1000) / 256f;
            there[i] = here[i] * 4 + 64;
        }
        float[] features = new PointCloud(100, 100, 1, here, null, null, null, 0, null).features();
        assertThat(new PointCloud(100, 10, 10, there, null, null, null, 0, null).features())
                .containsExactly(features, within(1e-5f));
        double largest = 0;
        for (int i = 0; i < features.length; i += 3) {
            largest = Math.max(largest, Math.hypot(Math.hypot(features[i], features[i + 1]), features[i + 2]));
        }
        assertThat(largest).isCloseTo(1, within(1e-6));
    }

    @Test
    void coincidentPointsHaveFiniteFeatures() {
        PointCloud cloud = new PointCloud(2, 2, 1, new float[] {5, 5, 5, 5, 5, 5}, null, null, null, 0, null);
        assertThat(cloud.features()).containsOnly(0f);
        assertThat(cloud.featureNames()).containsExactly("x", "y", "z");
    }
}
