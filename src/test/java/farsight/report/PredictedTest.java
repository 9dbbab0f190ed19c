package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.data.Tensor;
import farsight.network.Network;
import farsight.report.chart.ExampleSheet;
import farsight.report.chart.ExampleSheet.Panel;
import farsight.report.chart.MatrixSheet;
import farsight.task.ClassColors;
import farsight.train.Predictions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PredictedTest {

    private final Predictions dense =
            TrainedRuns.predictions(TrainedRuns.dense(), TrainedRuns.RECALL.heldOut(5), 5, true);

    private final Predictions single =
            TrainedRuns.predictions(TrainedRuns.single(), TrainedRuns.COUNT.heldOut(5), 5, true);

    @Test
    void predictionsAreTheLargestLogitsWhereLabelsCount() {
        for (int b = 0; b < 5; b++) {
            for (int n = 0; n < 64; n++) {
                int predicted = dense.predicted(b, n);
                for (int k = 0; k < 3; k++) {
                    int at = (b * 3 + predicted) * 64 + n;
                    assertThat(dense.logits().get(at))
                            .isGreaterThanOrEqualTo(dense.logits().get((b * 3 + k) * 64 + n));
                }
                float label = dense.batch().label().get(b * 64 + n);
                assertThat(dense.label(b, n).orElse(255)).isEqualTo((int) label);
            }
        }
    }

    @Test
    void aMatrixHoldsEveryCountedLabel() {
        MatrixSheet sheet = Predicted.confusion(dense, TrainedRuns.RECALL).orElseThrow();
        long counts =
                sheet.counts().stream().flatMap(List::stream).mapToLong(c -> c).sum();
        assertThat(counts).as("three queries of ten samples").isEqualTo(30);
        assertThat(sheet.names()).containsExactly("value 0", "value 1", "value 2");
        assertThat(sheet.setting()).isEqualTo("30 labels of 10 held-out samples");
    }

    @Test
    void mapsDifferFromTheirLabelsExactlyAtWrongCells() {
        ExampleSheet sheet = Predicted.examples(dense, TrainedRuns.RECALL).orElseThrow();
        assertThat(sheet.together()).isEqualTo(3);
        assertThat(sheet.panels()).hasSize(12);
        int wrong = 0;
        for (int b = 0; b < 4; b++) {
            Panel labels = sheet.panels().get(3 * b + 1);
            Panel predicted = sheet.panels().get(3 * b + 2);
            int right = 0;
            for (int n = 0; n < 64; n++) {
                boolean counts = dense.label(b, n).isPresent();
                boolean hit = dense.label(b, n).orElse(-1) == dense.predicted(b, n);
                assertThat(cell(labels, n).equals(cell(predicted, n))).isEqualTo(!counts || hit);
                if (counts) {
                    assertThat(cell(labels, n))
                            .containsOnly(ClassColors.of(dense.label(b, n).getAsInt()));
                    // The mark is of another colour than every class.
                    assertThat(cell(predicted, n)).contains(ClassColors.of(dense.predicted(b, n)));
                    right += hit ? 1 : 0;
                    wrong += hit ? 0 : 1;
                }
            }
            assertThat(predicted.lines()).contains(right + " of 3 right");
        }
        assertThat(wrong).as("of initial weights").isPositive();
        assertThat(sheet.caption()).contains("crossed out", "without a label");
        check(sheet);
    }

    private static List<Integer> cell(Panel p, int n) {
        int scale = p.columns() / 8;
        int first = n / 8 * scale * p.columns() + n % 8 * scale;
        return IntStream.range(0, scale * scale)
                .mapToObj(i -> p.rgb()[first + i / scale * p.columns() + i % scale])
                .toList();
    }

    @Test
    void aSampleOfOneLabelIsMarkedIfItsPredictionIsWrong() {
        ExampleSheet sheet = Predicted.examples(single, TrainedRuns.COUNT).orElseThrow();
        assertThat(sheet.panels()).hasSize(5);
        long wrong = 0;
        for (int b = 0; b < 5; b++) {
            boolean hit = single.label(b, 0).getAsInt() == single.predicted(b, 0);
            assertThat(sheet.panels().get(b).wrong()).isEqualTo(!hit);
            String predicted = TrainedRuns.COUNT.classes().get(single.predicted(b, 0));
            assertThat(sheet.panels().get(b).lines().getLast()).isEqualTo((hit ? "→ " : "wrong: ") + predicted);
            wrong += hit ? 0 : 1;
        }
        assertThat(sheet.setting()).isEqualTo("the first 5 held-out samples, " + wrong + " of them wrong");
        check(sheet);
    }

    @Test
    void anInputOfManyChannelsIsLeftOutUnlessItsTaskDrawsIt() {
        ExampleSheet file = Predicted.examples(dense, null).orElseThrow();
        assertThat(file.together()).isEqualTo(2);
        assertThat(file.panels()).hasSize(8).noneMatch(p -> p.lines().contains("input"));
        assertThat(file.legend().getFirst().label()).isEqualTo("class 0");
        check(file);
        assertThat(Predicted.examples(single, null).orElseThrow().panels())
                .as("one channel is a picture")
                .hasSize(5);
    }

    @Test
    void aSquaredErrorHasNoPictures() {
        Network network = TrainedRuns.regression();
        Predictions mse = TrainedRuns.predictions(network, TrainedRuns.zeros(network, 2), 2, false);
        assertThat(Predicted.confusion(mse, null)).isEmpty();
        assertThat(Predicted.examples(mse, null)).isEmpty();
    }

    @Test
    void cellsWithoutRoomForACrossAreBlack() {
        Network network = farsight.network.NetworkSpec.parse("""
                {"network": "sequential", "input": [1, 70, 61], "layers": [
                 {"layer": "conv", "name": "head", "out": 2, "kernel": 1}], "loss": {"type": "cross_entropy"}}""");
        Tensor x = Tensor.allocate(1, 1, 70, 61);
        float[] half = new float[70 * 61];
        Arrays.fill(half, 0, half.length / 2, 1);
        Predictions p = TrainedRuns.predictions(
                network,
                farsight.train.BatchSource.of(new farsight.train.Batch(x, Tensor.of(half, 1, 70, 61))),
                1,
                false);
        ExampleSheet sheet = Predicted.examples(p, null).orElseThrow();
        Panel predicted = sheet.panels().getLast();
        int scale = predicted.columns() / 61;
        long black = Arrays.stream(predicted.rgb()).filter(c -> c == 0x1A1A1A).count();
        // The logits are alike everywhere, so one half is wrong.
        assertThat(black).isEqualTo(half.length / 2L * scale * scale);
        assertThat(sheet.caption()).contains("black");
        check(sheet);
    }

    private static void check(ExampleSheet sheet) {
        Placed.check(sheet.wide());
        Placed.check(sheet.narrow());
    }
}
