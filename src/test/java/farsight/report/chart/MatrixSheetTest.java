package farsight.report.chart;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.report.Placed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatrixSheetTest {

    private static MatrixSheet sheet(int classes, String name, long factor) {
        List<List<Long>> counts = new ArrayList<>();
        for (int label = 0; label < classes; label++) {
            List<Long> row = new ArrayList<>();
            for (int k = 0; k < classes; k++) {
                row.add(label == 1 ? 0 : factor * (label == k ? 97 : (label * 7 + k) % 5));
            }
            counts.add(row);
        }
        List<String> names =
                IntStream.range(0, classes).mapToObj(k -> name + " " + k).toList();
        return new MatrixSheet("confusion", "Which class is taken for which", "a setting", "", names, counts);
    }

    private static List<Drawing.Text> texts(Drawing d) {
        return d.shapes().stream()
                .filter(Drawing.Text.class::isInstance)
                .map(Drawing.Text.class::cast)
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "2,value,1",
        "4,value,1",
        "10,ankle boot,1000",
        "10,a very long name of a class,1",
        "37,class,1",
        "100,class,1000000"
    })
    void everythingLiesInsideAndNoLabelCoversAnother(int classes, String name, long factor) {
        MatrixSheet sheet = sheet(classes, name, factor);
        Placed.check(sheet.wide());
        Placed.check(sheet.narrow());
    }

    @Test
    void aSheetIsAsWideAsItsContentAndNoWiderThanAPage() {
        assertThat(sheet(2, "value", 1).wide().width()).isLessThan(450);
        assertThat(sheet(10, "a very long name of a class", 1).wide().width()).isBetween(700.0, Drawing.WIDE);
    }

    @Test
    void cellsHaveTheSharesOfTheirRowsAndARowWithoutLabelsIsEmpty() {
        Drawing d = sheet(3, "value", 1).wide();
        // Row 0: 97, 1, 2. Row 1 has no label. Row 2: 4, 0, 97.
        assertThat(texts(d)).extracting(Drawing.Text::text).contains("97.0", "1.0", "2.0", "4.0", "96.0");
        Drawing.Picture cells = d.shapes().stream()
                .filter(Drawing.Picture.class::isInstance)
                .map(Drawing.Picture.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(cells.columns()).isEqualTo(3);
        int[] rgb = cells.rgb();
        assertThat(List.of(rgb[3], rgb[4], rgb[5])).containsOnly(Style.PAPER);
        assertThat(luma(rgb[0])).isLessThan(luma(rgb[2]));
        assertThat(luma(rgb[2])).isLessThan(luma(rgb[1]));
        assertThat(luma(rgb[1])).isLessThan(luma(Style.PAPER));
    }

    private static double luma(int color) {
        return 0.2126 * (color >> 16 & 0xFF) + 0.7152 * (color >> 8 & 0xFF) + 0.0722 * (color & 0xFF);
    }

    @Test
    void aRareConfusionIsNotShownAsNoneNorAlmostAllAsAll() {
        assertThat(MatrixSheet.percent(1e-6, 1)).isEqualTo("<0.1");
        assertThat(MatrixSheet.percent(1e-6, 0)).isEqualTo("<1");
        assertThat(MatrixSheet.percent(1 - 1e-6, 1)).isEqualTo(">99.9");
        assertThat(MatrixSheet.percent(1 - 1e-6, 0)).isEqualTo(">99");
        assertThat(MatrixSheet.percent(1, 1)).isEqualTo("100");
        assertThat(MatrixSheet.percent(0.5, 1)).isEqualTo("50.0");
    }

    @Test
    void namesWithoutRoomAboveTheColumnsAreReplacedByNumbersThatTheRowsExplain() {
        List<String> texts = texts(sheet(30, "class", 1).wide()).stream()
                .map(Drawing.Text::text)
                .toList();
        assertThat(texts).contains("0", "0  class 0", "2  class 2");
        List<String> roomy = texts(sheet(4, "value", 1).wide()).stream()
                .map(Drawing.Text::text)
                .toList();
        assertThat(Collections.frequency(roomy, "value 2")).as("row and column").isEqualTo(2);
    }
}
