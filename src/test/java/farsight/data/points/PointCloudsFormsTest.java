package farsight.data.points;

import static farsight.data.points.MemoryClouds.ENCODINGS;
import static farsight.data.points.MemoryClouds.at0;
import static farsight.data.points.MemoryClouds.bytes;
import static farsight.data.points.MemoryClouds.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.NoRoomException;
import farsight.data.Room;
import farsight.data.points.CloudFiles.Column;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rarer forms of files: padding, rows, headers of other hands, points beyond the count or the budget. */
class PointCloudsFormsTest {
    @TempDir
    Path folder;

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
