package farsight.task;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.NamedBlock;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.model.Model;
import farsight.model.Weights;
import farsight.network.Insertion;
import farsight.network.Network;
import farsight.network.NetworkSpec;
import farsight.train.Evaluation;
import farsight.train.OpenNetwork;
import farsight.train.Trainer;
import farsight.train.TrainingState;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks without a block do not learn what networks with one learn in the same steps. */
class ContextTest {

    private static final Engine ENGINE = Engines.find("vector");

    private static double learned(
            Task task,
            String network,
            String places,
            String block,
            int batch,
            int steps,
            ToDoubleFunction<Evaluation> figure) {
        Network plain = NetworkSpec.parse(network);
        Network with = block.isEmpty()
                ? plain
                : Insertion.parse(places)
                        .into(
                                plain,
                                channels -> NamedBlock.of(block).orElseThrow().block(channels, channels / 2));
        Weights weights;
        try (Trainer trainer = Trainer.open(
                with, TrainingState.initial(Weights.initial(with, 1), 1), ENGINE, batch, steps, Model.UNLIMITED)) {
            trainer.run(task.training(1, batch), steps, _ -> {});
            weights = trainer.weights();
        }
        try (OpenNetwork open = OpenNetwork.open(with, weights, ENGINE, batch, Model.UNLIMITED)) {
            return figure.applyAsDouble(open.predict(task.training(1, batch), task.heldOut(batch), 16)
                    .evaluation());
        }
    }

    private static final String GRID = """
            {"network": "sequential", "input": [%d, %d, %d], "layers": [
              {"layer": "conv", "name": "conv1", "out": 16, "kernel": 3, "padding": 1},
              {"layer": "batchnorm", "name": "bn1"}, {"layer": "relu"},
              {"layer": "conv", "name": "conv2", "out": 16, "kernel": 3, "padding": 1},
              {"layer": "batchnorm", "name": "bn2"}, {"layer": "relu"},
              {"layer": "conv", "name": "head", "out": 2, "kernel": 1}],
             "loss": {"type": "cross_entropy", "ignore_label": 255}, "optimizer": {"type": "adam", "lr": 0.01}}""";

    @Test
    void valuesAreRecalledByAttentionAlone() {
        Task task = Tasks.parse("recall:size=8,keys=2,values=2,queries=4,distance=4");
        String network = GRID.formatted(5, 8, 8);
        assertThat(learned(task, network, "last", "", 16, 200, Evaluation::accuracy))
                .isBetween(0.4, 0.6);
        assertThat(learned(task, network, "last", "nonlocal", 16, 250, Evaluation::accuracy))
                .isGreaterThan(0.9);
    }

    @Test
    void theMajorityIsToldByOneVector() {
        Task task = Tasks.parse("count:size=12,shapes=5,margin=1");
        String network = GRID.formatted(1, 12, 12);
        assertThat(learned(task, network, "last", "", 16, 150, Evaluation::accuracy))
                .isBetween(0.4, 0.6);
        assertThat(learned(task, network, "last", "snl", 16, 150, Evaluation::accuracy))
                .isGreaterThan(0.9);
    }

    @Test
    void planesOfRoomsAreToldApartByContext() {
        Task task = Tasks.parse("rooms:points=1024");
        String network = """
                {"network": "sequential", "input": [5, 1024], "layers": [
                  {"layer": "conv", "name": "conv1", "out": 16, "kernel": 1},
                  {"layer": "batchnorm", "name": "bn1"}, {"layer": "relu"},
                  {"layer": "conv", "name": "conv2", "out": 16, "kernel": 1},
                  {"layer": "batchnorm", "name": "bn2"}, {"layer": "relu"},
                  {"layer": "conv", "name": "head", "out": 7, "kernel": 1}],
                 "loss": {"type": "cross_entropy"}, "optimizer": {"type": "adam", "lr": 0.01}}""";
        double without = learned(task, network, "bn1", "", 4, 150, Evaluation::meanIou);
        double with = learned(task, network, "bn1", "nonlocal", 4, 150, Evaluation::meanIou);
        assertThat(without).isLessThan(0.32);
        assertThat(with).isGreaterThan(without + 0.1);
    }

    @Test
    void aPairIsComparedByContext(@TempDir Path folder) {
        SmallItems.write(folder, 2, (_, item, row, column) -> (item % 2 == 0 ? row : column) % 2 == 0 ? 200 : 0);
        Task task = Tasks.parse("pair:classes=2,shrink=1,size=16,distance=7,clutter=0,folder=" + folder);
        String network = """
                {"network": "sequential", "input": [1, 16, 16], "layers": [
                  {"layer": "conv", "name": "conv1", "out": 16, "kernel": 3, "padding": 1, "stride": 2},
                  {"layer": "batchnorm", "name": "bn1"}, {"layer": "relu"},
                  {"layer": "conv", "name": "mix", "out": 16, "kernel": 1},
                  {"layer": "batchnorm", "name": "bn2"}, {"layer": "relu"},
                  {"layer": "avgpool"}, {"layer": "flatten"},
                  {"layer": "linear", "name": "head", "out": 2}],
                 "loss": {"type": "cross_entropy"}, "optimizer": {"type": "adam", "lr": 0.01}}""";
        double without = learned(task, network, "bn1", "", 32, 300, Evaluation::accuracy);
        double with = learned(task, network, "bn1", "nonlocal", 32, 300, Evaluation::accuracy);
        assertThat(without).isLessThan(0.6);
        assertThat(with).isGreaterThan(0.8);
    }
}
