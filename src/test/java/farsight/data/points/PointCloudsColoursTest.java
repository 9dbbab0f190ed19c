package farsight.data.points;

import static farsight.data.points.MemoryClouds.ENCODINGS;
import static farsight.data.points.MemoryClouds.FILE;
import static farsight.data.points.MemoryClouds.at0;
import static farsight.data.points.MemoryClouds.bytes;
import static farsight.data.points.MemoryClouds.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.DataException;
import farsight.data.points.CloudFiles.Column;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Colours of every type: their range, missing values, values out of range, columns that occur twice. */
class PointCloudsColoursTest {
    private static List<Column> colours(String type, double... values) {
        return at0(
                values.length,
                new Column("red", type, values),
                new Column("green", type, values),
                new Column("blue", type, new double[values.length]));
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
}
