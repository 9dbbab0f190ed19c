package farsight.train;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.NamedBlock;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.model.Model;
import farsight.model.Weights;
import farsight.network.BlockLayer;
import farsight.network.Extents;
import farsight.network.Loss;
import farsight.network.Network;
import farsight.network.Optimizer;
import farsight.network.Schedule;
import farsight.network.Sequence;
import farsight.op.update.Adam;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A block alone learns what a block of its kind with other weights computes. */
class BlockLearnsTest {

    private static final int CHANNELS = 16;
    private static final int BATCH = 4;
    private static final int STEPS = 150;
    private static final Engine ENGINE = Engines.find("vector");

    static Stream<String> blocks() {
        return NamedBlock.names().stream();
    }

    private static Network network(Block block) {
        Optimizer adam = new Optimizer(
                new Adam.Rule(0.9, 0.999, 1e-8, 0, false), 0.02, Schedule.CONSTANT, OptionalDouble.empty());
        return new Network(
                new Extents(CHANNELS, new Grid(6, 7)),
                new Sequence(List.of(new BlockLayer("block", block))),
                Optional.of(new Loss.SquaredError()),
                Optional.of(adam));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void fromThePapersStartTheLossFallsToAQuarter(String name) {
        Network network = network(NamedBlock.of(name).orElseThrow().block(CHANNELS, 6));
        Tensor x = Tensor.allocate(network.input().fileShape(BATCH));
        Synthetic.normal(x.values(), x.elements(), 1);
        Tensor y;
        try (OpenNetwork teacher =
                OpenNetwork.open(network, Weights.random(network, 99), ENGINE, BATCH, Model.UNLIMITED)) {
            y = teacher.apply(x);
        }
        Batch batch = new Batch(x, y);
        double[] losses = new double[STEPS];
        try (Trainer trainer = Trainer.open(
                network,
                TrainingState.initial(Weights.initial(network, 3), 1),
                ENGINE,
                BATCH,
                STEPS,
                Model.UNLIMITED)) {
            trainer.run(BatchSource.of(batch), STEPS, report -> losses[(int) report.step()] = report.loss());
        }
        assertThat(losses[STEPS - 1]).as("loss after %d steps", STEPS).isLessThan(0.25 * losses[0]);
    }
}
