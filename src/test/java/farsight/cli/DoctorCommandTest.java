package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.doctor.Examination;
import farsight.doctor.Finding;
import farsight.doctor.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The last line of {@code farsight doctor}. */
class DoctorCommandTest {

    private static String summary(Outcome... statuses) {
        return DoctorCommand.summary(new Examination(
                List.of(statuses).stream()
                        .map(s -> new Finding("it", s, "found", ""))
                        .toList(),
                List.of("vector", "java")));
    }

    @Test
    void notesAndAbsentPartsAreNotFaults() {
        assertThat(summary(Outcome.OK, Outcome.NOTE, Outcome.NONE))
                .isEqualTo("All that is set up works; blocks run on vector, java");
    }

    @Test
    void warningsAndFaultsAreCounted() {
        assertThat(summary(Outcome.OK, Outcome.WARN))
                .isEqualTo("All that is set up works, 1 thing could be better; blocks run on vector, java");
        assertThat(summary(Outcome.MISSING, Outcome.WARN, Outcome.BROKEN, Outcome.WARN))
                .isEqualTo("2 things to mend, 2 things could be better; blocks run on vector, java");
    }
}
