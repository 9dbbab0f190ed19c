package farsight.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void tables() throws IOException {
        Files.writeString(folder.resolve(TrainingRun.EVALUATIONS), "step,loss,accuracy,mean_iou\n");
    }

    private void losses(String text) throws IOException {
        Files.writeString(folder.resolve(TrainingRun.LOSSES), text);
    }

    @Test
    void writtenTablesReadBackWithMissingNumbersAsNan() {
        try (LossLog losses =
                        LossLog.open(folder.resolve(TrainingRun.LOSSES), List.of("step", "a", "b", "c", "d"), 0, true);
                LossLog heldOut = LossLog.open(
                        folder.resolve(TrainingRun.EVALUATIONS), List.of("step", "a", "b", "c"), 0, false)) {
            losses.add(0, 1.5, Double.NaN, 0.1f, Double.NaN);
            losses.add(1, 1e-30f, 0.25, 0.1f, 7);
            heldOut.add(2, 3, Double.NaN, 0.5);
        }
        History history = History.read(folder);
        assertThat(history.steps())
                .containsExactly(
                        new History.Step(0, 1.5, Double.NaN, 0.1, Double.NaN),
                        new History.Step(1, 1e-30, 0.25, 0.1, 7));
        assertThat(history.evaluations()).containsExactly(new History.HeldOut(2, 3, Double.NaN, 0.5));
    }

    @Test
    void aTableOfSomethingElseIsAnErrorThatNamesTheFile() throws IOException {
        for (String text : List.of("h\nx,1,1,1,1\n", "h\n1,one,1,1,1\n", "h\n1,1\n", "h\n1,\"1\n")) {
            losses(text);
            assertThatThrownBy(() -> History.read(folder))
                    .as(text)
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith("cannot read " + folder.resolve(TrainingRun.LOSSES));
        }
        Files.delete(folder.resolve(TrainingRun.LOSSES));
        assertThatThrownBy(() -> History.read(folder)).isInstanceOf(DataException.class);
    }
}
