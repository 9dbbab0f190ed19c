package farsight.train;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.model.Model;
import farsight.model.Weights;
import farsight.network.Network;
import farsight.network.NetworkSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {

    private static final Network NETWORK = NetworkSpec.parse("""
            {"network": "sequential", "input": [4], "layers": [{"layer": "linear", "name": "fc", "out": 2}],
             "loss": {"type": "mse"}, "optimizer": {"type": "adam", "lr": 0.01}}""");

    private static final int BATCH = 3;

    private static Batch batch(long step) {
        Tensor x = Tensor.allocate(BATCH, 4);
        Synthetic.normal(x.values(), x.elements(), step + 1);
        return new Batch(x, Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, BATCH, 2));
    }

    @Test
    void theBestWeightsAreNeverOlderThanTheCheckpoint(@TempDir Path folder) {
        Engine engine = Engines.find("vector");
        TrainingRun.Plan plan = new TrainingRun.Plan(
                NETWORK, BATCH, 12, 1, TrainingRunTest::batch, step -> batch(0), 1, 2, 1000, Model.UNLIMITED);
        List<Long> bests = new ArrayList<>();
        TrainingRun.Listener listener = new TrainingRun.Listener() {
            @Override
            public void begins(long step) {
                // Nothing to see yet.
            }

            @Override
            public void stepped(StepReport report) {
                // What a kill would leave now. Checkpoints come with new bests only.
                Path best = folder.resolve(TrainingRun.BEST);
                Path checkpoint = folder.resolve(TrainingRun.CHECKPOINT);
                assertThat(Files.exists(checkpoint)).isEqualTo(Files.exists(best));
                if (Files.exists(best)) {
                    TrainingState state = TrainingState.load(checkpoint, NETWORK);
                    bests.add(state.step());
                    assertThat(Weights.load(NETWORK, best).get("fc.weight").toArray())
                            .isEqualTo(state.weights().get("fc.weight").toArray());
                }
            }

            @Override
            public void evaluated(long step, Evaluation evaluation) {
                // The files are looked at after the next step.
            }
        };
        AdmittedRun admitted = AdmittedRun.of(NETWORK, engine, BATCH, true, 0, Model.UNLIMITED);
        TrainingRun.run(plan, admitted, Weights.initial(NETWORK, 1), folder, engine, listener);
        assertThat(bests).contains(2L, 4L);
    }
}
