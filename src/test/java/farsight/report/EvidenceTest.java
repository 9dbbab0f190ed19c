package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import farsight.evidence.Study;
import farsight.evidence.StudyResults;
import farsight.evidence.StudyRun;
import farsight.report.chart.IntervalSheet;
import farsight.report.chart.Svg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The committed results of the studies are those of this program; a change of a task, or of a study, asks for new. */
class EvidenceTest {

    private static final Path EXPERIMENTS = Path.of("experiments");
    private static final Path EVIDENCE = EXPERIMENTS.resolve("evidence");

    static List<Path> studies() throws IOException {
        try (Stream<Path> files = Files.list(EXPERIMENTS.resolve("studies"))) {
            return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
    }

    private static Path folder(Study study) {
        return EVIDENCE.resolve(study.name());
    }

    @ParameterizedTest
    @MethodSource("studies")
    void committedPagesChartsAndNumbersMatchThisProgram(Path file) throws IOException {
        Study study = Study.load(file, new Study.Reading(false, true));
        assumeTrue(Files.exists(folder(study).resolve(StudyReport.NUMBERS)), "not run yet");
        // Data of others are not on every machine; the page needs all of a study's settings.
        assumeTrue(study.missing().isEmpty(), study.missing()::toString);
        StudyResults results = StudyRun.read(study, folder(study));
        JsonNode numbers =
                JsonMapper.shared().readTree(Files.readString(folder(study).resolve(StudyReport.NUMBERS)));
        SequencedMap<String, String> about = new LinkedHashMap<>();
        numbers.get("about")
                .properties()
                .forEach(e -> about.put(e.getKey(), e.getValue().asString()));
        List<IntervalSheet> charts = StudyCharts.of(results);
        assertThat(folder(study).resolve(StudyReport.PAGE))
                .as("make experiments writes it anew")
                .content()
                .isEqualTo(StudyPage.text(results, charts, about));
        assertThat(folder(study).resolve(StudyReport.NUMBERS)).content().isEqualTo(StudyJson.of(results, about));
        for (IntervalSheet chart : charts) {
            assertThat(folder(study).resolve(chart.name() + ".svg")).content().isEqualTo(Svg.file(chart.wide()));
            assertThat(folder(study).resolve(chart.name() + ".png")).exists();
        }
    }

    @Test
    void theReadmeHoldsTheLedger() throws IOException {
        Path ledger = EVIDENCE.resolve(StudyReport.LEDGER);
        assumeTrue(Files.exists(ledger), "not run yet");
        assertThat(EXPERIMENTS.resolve("README.md"))
                .content()
                .contains("<!-- the ledger begins -->\n" + Files.readString(ledger) + "<!-- the ledger ends -->");
    }
}
