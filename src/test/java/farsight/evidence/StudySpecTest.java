package farsight.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudySpecTest {

    @TempDir
    Path folder;

    private Path with(String old, String other) throws IOException {
        String text = Files.readString(Studies.small(folder));
        assertThat(text).contains(old);
        return Studies.write(folder, text.replace(old, other));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "seeds": 2           | "seeds": 0              | field "seeds" is 0; it must be a whole number
            "seeds": 2           | "seeds": 32             | field "seeds" is 32, expected at most 31
            "seeds": 2           | "sedes": 2              | unknown field "sedes" in a study spec
            "need": "query"      | "need": "much"          | setting "recall": field "need" is "much"; it must be one of query
            "steps": 6           | "stepps": 6             | unknown field "stepps" in a setting's spec
            "steps": 6           | "steps": 6, "metric": "loss"   | setting "recall": field "metric" is loss, expected accuracy or mean_iou
            "steps": 6           | "steps": 6, "memory": "much"   | setting "recall": field "memory":
            "steps": 6           | "steps": 6, "seconds": 0       | setting "recall": field "seconds" is 0.0, expected more than 0
            "network": "net.json"| "network": "no.json"    | no such file
            recall:size=8        | recal:size=8            | setting "recall": no task 'recal'
            values=2             | values=3                | the task has 3 classes, and the network gives 2
            nonlocal@last        | nonlocl@last            | no block 'nonlocl'
            nonlocal@last        | nonlocal@lost           | the network has no layer "lost"
            "label": "GC"        | "label": "NL"           | has the label "NL" twice
            "left": "NL"         | "left": "Nl"            | field "variants" names "Nl", which is no label there
            "relation": "better" | "relation": "worse"     | field "relation" is "worse"; it must be one of better, as_good, alike
            "steps": 6           | "steps": 6, "without": ["Gc"]   | field "without" names "Gc", which is no label there
            "seeds": 2           | "seeds": 2, "quick": {"settings": ["rooms"]} | field "settings" names "rooms", which is no label there
            "source": "nobody",  | "source": "nobody", "untested": "why", | has both
            "relation": "better" | "settings": ["rooms"]   | field "settings" names "rooms", which is no label there
            """)
    void aMistakeIsNamedWithItsPlace(String old, String other, String message) throws IOException {
        Path file = with(old, other);
        assertThatThrownBy(() -> Study.load(file, new Study.Reading(other.contains("quick"), false))
                        .pairs()
                        .forEach(Study.Pair::network))
                .hasMessageContaining(message)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void theQuickFormIsShorter() throws IOException {
        Path file =
                with("\"seeds\": 2", "\"seeds\": 2, \"quick\": {\"seeds\": 1, \"steps\": 2, \"variants\": [\"NL\"]}");
        Study quick = Study.load(file, new Study.Reading(true, false));
        assertThat(quick.trials()).hasSize(1);
        assertThat(quick.settings().getFirst().steps()).isEqualTo(2);
        // The claim compares with a variant that is left out.
        assertThat(quick.claims()).isEmpty();
        assertThat(Studies.load(file).trials()).hasSize(6);
    }

    @Test
    void aSettingWithoutItsDataIsAnErrorOrLeftOutLoudly() throws IOException {
        Path file = with("recall:size=8,keys=2,values=2,queries=3,distance=2", "pair:folder=" + folder.resolve("gone"));
        assertThatThrownBy(() -> Studies.load(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("gone");
        Study some = Study.load(file, new Study.Reading(false, true));
        assertThat(some.settings()).isEmpty();
        assertThat(some.missing())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("recall: ")
                .contains("gone");
    }
}
