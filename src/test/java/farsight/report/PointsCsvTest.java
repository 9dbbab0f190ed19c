package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.reader.CsvReader;
import farsight.data.DataException;
import farsight.sweep.Point;
import farsight.sweep.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointsCsvTest {

    private static final List<Point> POINTS = Samples.realistic(true).points();

    @TempDir
    Path folder;

    @Test
    void writtenPointsAreReadBackEqual() {
        Path file = folder.resolve("points.csv");
        PointsCsv.write(file, POINTS);
        assertThat(PointsCsv.read(file)).isEqualTo(POINTS);
    }

    @Test
    void appendingEqualsWritingAtOnce() throws IOException {
        Path one = folder.resolve("one.csv");
        Path all = folder.resolve("all.csv");
        POINTS.forEach(p -> PointsCsv.append(one, p));
        PointsCsv.write(all, POINTS);
        assertThat(Files.readString(one)).isEqualTo(Files.readString(all));
    }

    @Test
    void anyTextIsReadBackEqual() {
        Path file = folder.resolve("points.csv");
        Point p = Samples.with(POINTS.getFirst(), Status.FAILED, "a, \"b\"; 'c' = Ψᵀ·X 日本 ☃ \t end");
        PointsCsv.append(file, p);
        assertThat(PointsCsv.read(file)).containsExactly(p);
    }

    @Test
    void aMessageOfSeveralLinesStaysOneRow() throws IOException {
        Path file = folder.resolve("points.csv");
        PointsCsv.append(file, Samples.with(POINTS.getFirst(), Status.FAILED, "first\nsecond\r\nthird"));
        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(PointsCsv.read(file).getFirst().message()).isEqualTo("first second third");
    }

    @Test
    void aFileCutAnywhereLosesOnlyItsLastPointAndCanBeAppendedTo() throws IOException {
        Path file = folder.resolve("points.csv");
        PointsCsv.write(file, POINTS.subList(0, 3));
        byte[] two = bytes(2);
        byte[] three = Files.readAllBytes(file);
        for (int cut = two.length; cut < three.length; cut++) {
            Files.write(file, java.util.Arrays.copyOf(three, cut));
            assertThat(PointsCsv.read(file)).as("cut at %d", cut).isEqualTo(POINTS.subList(0, 2));
            PointsCsv.append(file, POINTS.get(2));
            assertThat(Files.readAllBytes(file)).as("cut at %d", cut).isEqualTo(three);
        }
    }

    @Test
    void aFileCutInItsHeaderIsEmptyAndCanBeAppendedTo() throws IOException {
        Path file = folder.resolve("points.csv");
        byte[] one = bytes(1);
        for (int cut : new int[] {0, 1, 20}) {
            Files.write(file, java.util.Arrays.copyOf(one, cut));
            assertThat(PointsCsv.read(file)).isEmpty();
            PointsCsv.append(file, POINTS.getFirst());
            assertThat(Files.readAllBytes(file)).isEqualTo(one);
        }
    }

    @Test
    void aLastLineWithTooFewFieldsIsDroppedEvenWithALineBreak() throws IOException {
        Path file = folder.resolve("points.csv");
        PointsCsv.write(file, POINTS.subList(0, 2));
        Files.writeString(file, Files.readString(file) + "dense,\"{}\",1\n");
        assertThat(PointsCsv.read(file)).isEqualTo(POINTS.subList(0, 2));
    }

    @Test
    void anIncompleteLineThatIsNotTheLastIsAnErrorThatNamesIt() throws IOException {
        Path file = folder.resolve("points.csv");
        PointsCsv.write(file, POINTS.subList(0, 3));
        List<String> lines = Files.readAllLines(file);
        Files.writeString(file, String.join("\n", lines.get(0), lines.get(1), "dense,1", lines.get(3)) + "\n");
        assertError(file, "line 3 is malformed: it has 2 fields, expected 23");
    }

    @Test
    void anyOtherMalformedLineIsAnErrorThatNamesItEvenTheLast() throws IOException {
        Path file = folder.resolve("points.csv");
        PointsCsv.write(file, POINTS.subList(0, 2));
        String text = Files.readString(file);
        Files.writeString(file, text.replace(",both,", ",sideways,"));
        assertError(file, "line 2 is malformed: pass is 'sideways', expected one of: forward, both");
        Files.writeString(file, text.replaceFirst("(?s)(.*),4096,", "$1,4k,"));
        assertError(file, "line 3 is malformed: parameters is '4k', expected a whole number");
        Files.writeString(file, text.stripTrailing() + ",7\n");
        assertError(file, "line 3 is malformed: it has 24 fields, expected 23");
    }

    @Test
    void linesEndingAsOnWindowsAreRead() throws IOException {
        Path file = folder.resolve("points.csv");
        PointsCsv.write(file, POINTS);
        Files.writeString(file, Files.readString(file).replace("\n", "\r\n"));
        assertThat(PointsCsv.read(file)).isEqualTo(POINTS);
    }

    @Test
    void aFileWithAnotherHeaderIsNeitherReadNorAppendedTo() throws IOException {
        Path file = folder.resolve("points.csv");
        for (String other : List.of("block,n,seconds\ndense,1,2\n", "hello", "\n")) {
            Files.writeString(file, other);
            assertError(file, "line 1 is not the header");
            assertThatThrownBy(() -> PointsCsv.append(file, POINTS.getFirst())).isInstanceOf(DataException.class);
            assertThat(Files.readString(file)).isEqualTo(other);
        }
    }

    @Test
    void aMissingFileIsAnErrorInOneLine() {
        assertError(folder.resolve("none.csv"), "there is no such file");
    }

    private byte[] bytes(int points) throws IOException {
        Path file = folder.resolve("part.csv");
        PointsCsv.write(file, POINTS.subList(0, points));
        return Files.readAllBytes(file);
    }

    private static void assertError(Path file, String part) {
        assertThatThrownBy(() -> PointsCsv.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(part)
                .hasMessageContaining(String.valueOf(file.getFileName()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "+1",
                "-1",
                "@SUM(A1)",
                "\t=1",
                "\tx",
                "  =1",
                "'=1",
                "''=1",
                "' =1",
                "'",
                "''",
                "'quoted'",
                "=",
                "＝1+1",
                "=cmd|' /C calc'!A0",
                "=a,\"b\"",
                "1+1",
                "a=b",
                " leading",
                "trailing ",
                "it's",
                "{\"a\":-1}"
            })
    void noTextIsAFormulaAndEveryTextComesBack(String text) throws IOException {
        Path file = folder.resolve("points.csv");
        Point p = Samples.named(POINTS.getFirst(), text);
        PointsCsv.append(file, p);
        assertThat(PointsCsv.read(file)).containsExactly(p);
        assertThat(PointsCsv.point(PointsCsv.text(p))).isEqualTo(p);
        String row = Files.readAllLines(file).get(1);
        assertThat(CsvReader.builder().ofSingleCsvRecord(row).getFields().getFirst())
                .doesNotMatch("(?s)\\s*[=+\\-@\\t\\r＝＋－＠].*");
    }

    @Test
    void aRepeatedPointIsAnErrorThatNamesBothLines() throws IOException {
        Path file = folder.resolve("points.csv");
        PointsCsv.write(file, POINTS.subList(0, 3));
        List<String> lines = Files.readAllLines(file);
        Files.writeString(file, String.join("\n", lines) + "\n" + lines.get(2) + "\n");
        assertError(file, "line 5 is malformed: it repeats the point of line 3");
    }

    @Test
    void impossibleFiguresAreErrorsThatNameTheField() throws IOException {
        Path file = folder.resolve("points.csv");
        PointsCsv.write(file, POINTS.subList(0, 1));
        List<String> lines = Files.readAllLines(file);
        List<String> names =
                CsvReader.builder().ofSingleCsvRecord(lines.getFirst()).getFields();
        for (String name : names) {
            List<String> fields = new ArrayList<>(
                    CsvReader.builder().ofSingleCsvRecord(lines.get(1)).getFields());
            int field = names.indexOf(name);
            fields.replaceAll(f -> '"' + f.replace("\"", "\"\"") + '"');
            if (fields.get(field).matches("\"-?\\d+\"")) {
                fields.set(field, "-2");
                Files.writeString(file, lines.getFirst() + "\n" + String.join(",", fields) + "\n");
                assertError(file, "line 2 is malformed: " + name + " is -2, expected at least ");
            }
        }
    }

    @Test
    void aFolderIsNotAFileOfPoints() throws IOException {
        assertError(Files.createDirectory(folder.resolve("points.csv")), "it is not a file");
    }
}
