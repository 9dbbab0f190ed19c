package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.DataException;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Svg;
import farsight.sweep.Point;
import farsight.sweep.SweepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SweepJsonTest {

    @TempDir
    Path folder;

    @Test
    void aWrittenSweepIsReadBackEqual() throws IOException {
        Path file = folder.resolve("points.json");
        for (SweepResult sweep : List.of(Samples.realistic(true), Samples.talk(), Samples.sweep("", List.of()))) {
            Files.writeString(file, SweepJson.text(sweep));
            SweepResult back = SweepJson.read(file);
            assertThat(back).isEqualTo(sweep);
            assertThat(back.about().sequencedKeySet())
                    .containsExactlyElementsOf(sweep.about().sequencedKeySet());
        }
    }

    @Test
    void statusAndPassAreWrittenAsInTheTables() {
        assertThat(SweepJson.text(Samples.realistic(false)))
                .contains("\"status\" : \"refused\"")
                .contains("\"pass\" : \"both\"");
    }

    @Test
    void missingFiguresAreNullAndMinusOneInOldFiles() throws IOException {
        SweepResult sweep = Samples.realistic(false);
        String text = SweepJson.text(sweep);
        assertThat(text)
                .contains("\"kernelNanos\" : null", "\"measuredBytes\" : null")
                .doesNotContain(" : -1");
        Path old = folder.resolve("points.json");
        Files.writeString(old, text.replaceAll("(Nanos|Bytes)\" : null", "$1\" : -1"));
        assertThat(SweepJson.read(old)).isEqualTo(sweep);
    }

    @Test
    void anErrorSaysWhatWasExpectedInPlainWords() throws IOException {
        Path file = Files.writeString(folder.resolve("points.json"), "{}");
        assertThatThrownBy(() -> SweepJson.read(file))
                .hasMessageEndingWith("it holds no sweep, expected the points.json of a sweep");
        Files.writeString(
                file, SweepJson.text(Samples.talk()).replaceFirst("\"positions\" : \\d+", "\"positions\" : \"many\""));
        assertThatThrownBy(() -> SweepJson.read(file)).hasMessageContaining("points[0].positions is missing");
    }

    @Test
    void anInvalidSweepIsAnErrorInOneLineThatNamesTheFile() throws IOException {
        String good = SweepJson.text(Samples.talk());
        Path file = folder.resolve("points.json");
        for (String bad : List.of(
                "",
                "{",
                "null",
                "[]",
                "{}",
                "7",
                good + "x",
                good.replace("farsight sweep 1", "farsight sweep 2"),
                good.replace("\"refused\"", "\"shy\""),
                good.replaceFirst("\"positions\" : \\d+", "\"positions\" : null"),
                good.replaceFirst("\"positions\" : \\d+", "\"positions\" : \"many\""),
                good.replaceFirst("\"positions\" : \\d+,", ""),
                good.replaceFirst("\"positions\"", "\"places\""),
                good.replaceFirst("\"about\" : \\{", "\"about\" : { \"host\" : null,"),
                good.replaceFirst("\"points\" : \\[", "\"points\" : [ null,"),
                good.replaceFirst("\"block\" : \"dense\"", "\"block\" : null"))) {
            Files.writeString(file, bad);
            assertThatThrownBy(() -> SweepJson.read(file))
                    .as(bad.substring(0, Math.min(40, bad.length())))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("points.json")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void aMissingFileIsAnErrorInOneLine() {
        assertThatThrownBy(() -> SweepJson.read(folder.resolve("none.json")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("there is no such file");
    }

    @Test
    void aRepeatedPointIsAnErrorThatNamesBothIndices() throws IOException {
        SweepResult sweep = Samples.talk();
        List<Point> twice = new ArrayList<>(sweep.points());
        twice.add(2, twice.getFirst());
        Path file =
                Files.writeString(folder.resolve("points.json"), SweepJson.text(Samples.sweep(sweep.preset(), twice)));
        assertThatThrownBy(() -> SweepJson.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("points[2] repeats points[0]");
    }

    @Test
    void anyFieldValueGivesAPageOrARefusal() throws IOException {
        JsonMapper json = JsonMapper.shared();
        List<JsonNode> values = List.of(
                json.readTree("-2"),
                json.readTree("-1"),
                json.readTree("0"),
                json.readTree("1"),
                json.readTree(Long.toString(Long.MAX_VALUE)),
                json.readTree("2147483647"),
                json.readTree("1.5"),
                json.readTree("null"),
                json.readTree("\"\""),
                json.readTree("\"<b>&=1+1\""),
                json.readTree("[]"),
                json.readTree("{}"),
                json.readTree("true"));
        Path file = folder.resolve("points.json");
        String good = SweepJson.text(Samples.realistic(true));
        for (String field : PointRow.NAMES) {
            for (JsonNode value : values) {
                ObjectNode tree = (ObjectNode) json.readTree(good);
                ((ObjectNode) tree.get("points").get(5)).set(field, value);
                Files.writeString(file, tree.toString());
                readsOrRefuses(file, field + " = " + value);
            }
        }
    }

    private static void readsOrRefuses(Path file, String what) {
        try {
            SweepResult sweep = SweepJson.read(file);
            assertThatCode(() -> {
                        HtmlPage.text(sweep);
                        PointTable.text(sweep.points(), 120, false);
                        Charts.of(sweep).made().forEach(c -> Svg.file(ChartLayout.wide(c)));
                    })
                    .as(what)
                    .doesNotThrowAnyException();
        } catch (DataException e) {
            assertThat(e).as(what).hasMessageContaining(String.valueOf(file));
        }
    }
}
