package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    Path folder;

    @Test
    void theReportWritesExactlyTheListedFiles() throws IOException {
        Path out = folder.resolve("new").resolve("out");
        Report.Written written = Report.write(Samples.realistic(false), out);
        try (Stream<Path> there = Files.list(out)) {
            assertThat(there).containsExactlyInAnyOrderElementsOf(written.files());
        }
        assertThat(names(written)).contains("points.json", "memory-n.svg", "memory-d.svg", "time-n.svg", "index.html");
        if (written.notes().isEmpty()) {
            assertThat(names(written)).contains("memory-n.png", "memory-d.png", "time-n.png");
        }
    }

    @Test
    void aSweepReadBackIsDrawnIdentically() throws IOException {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        Report.write(Samples.talk(), first);
        Report.Written written = Report.write(SweepJson.read(first.resolve("points.json")), second);
        for (Path file : written.files()) {
            Path name = Path.of(String.valueOf(file.getFileName()));
            assertThat(Files.readAllBytes(file)).isEqualTo(Files.readAllBytes(first.resolve(name)));
        }
    }

    @Test
    void outdatedChartsAreDeleted() {
        Report.write(Samples.realistic(false), folder);
        Report.Written written =
                Report.write(Samples.sweep("", List.of(Samples.point("latentgnn", 1024, 16, false))), folder);
        assertThat(folder.resolve("memory-d.svg")).doesNotExist();
        assertThat(folder.resolve("memory-d.png")).doesNotExist();
        assertThat(written.notes()).anySatisfy(note -> assertThat(note).startsWith("Memory against d"));
    }

    @Test
    void aFolderThatCannotBeMadeIsAnErrorInOneLine() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> Report.write(Samples.talk(), file)).isInstanceOf(DataException.class);
    }

    private static List<String> names(Report.Written written) {
        return written.files().stream()
                .map(file -> String.valueOf(file.getFileName()))
                .toList();
    }
}
