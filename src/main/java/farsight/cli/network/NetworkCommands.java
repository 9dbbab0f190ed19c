package farsight.cli.network;

import farsight.block.Grid;
import farsight.block.spec.SpecException;
import farsight.cli.option.DataOptions;
import farsight.cli.option.DeviceOptions;
import farsight.cli.option.InputOptions;
import farsight.cli.option.ModelOptions;
import farsight.cli.option.NetworkOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
import farsight.cli.output.OutputFile;
import farsight.data.DataException;
import farsight.data.Safetensors;
import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.model.Admitted;
import farsight.model.FeatureShape;
import farsight.model.Input;
import farsight.model.Weights;
import farsight.network.Extents;
import farsight.network.Network;
import farsight.network.NetworkProgram;
import farsight.report.chart.Units;
import farsight.train.Batch;
import farsight.train.BatchFile;
import farsight.train.LayerCosts;
import farsight.train.LossGradients;
import farsight.train.OpenNetwork;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** {@code apply} and {@code gradient} of a network. */
public record NetworkCommands(Console console, NetworkOptions networks, ModelOptions models, DeviceOptions devices) {

    private Network network() {
        if (models.blockGiven()) {
            throw console.usage("expected --network or a block, not both");
        }
        return networks.network(console);
    }

    /** Describes the network, for positions of its own or of this grid. */
    public int describe(Optional<Grid> grid, long batch) {
        Network given = network();
        Network network = grid.map(g -> SpecException.placed(
                        "--n", () -> given.withInput(new Extents(given.input().channels(), g))))
                .orElse(given);
        Engine engine = devices.engine();
        Path weights = models.weightsFile();
        if (weights != null) {
            Weights.check(network, weights, models.prefix());
        }
        NetworkDescription description =
                new NetworkDescription(network, batch, LayerCosts.of(network, batch), engine, devices.budget());
        if (console.json()) {
            console.print(description.json());
        } else {
            description.print(console.out());
        }
        console.tell();
        return ExitCode.DONE;
    }

    /** Applies the network in evaluation mode and writes its logits. */
    public int apply(InputOptions inputs, Path output, boolean statistics, Engine engine) {
        if (statistics) {
            throw console.usage("--statistics needs a block; train updates a network's statistics");
        }
        OutputFile.check(output, inputs.file(), networks.file(), models.weightsFile());
        Network given = network();
        if (given.input().grid() == null) {
            return applyToVectors(given, inputs.file(), output, engine);
        }
        try (Input x = Input.plain(
                inputs.file(), Math.toIntExact(given.input().channels()), inputs.size(console), devices.budget())) {
            FeatureShape shape = x.shape();
            Network network = DataOptions.fitted(given, new Extents(shape.channels(), shape.grid()), x.what());
            if (!x.made().isEmpty()) {
                console.note(x.made());
            }
            x.notes().forEach(note -> console.note("warning: " + note));
            return applied(network, engine, shape.batch(), shape.toString(), output, open -> open.apply(x));
        }
    }

    /** A vector a sample has no positions, which other inputs are made of. */
    private int applyToVectors(Network network, Path input, Path output, Engine engine) {
        try (SafetensorsFile file = SafetensorsFile.open(input)) {
            long[] shape = file.shape("x");
            if (shape.length != 2 || shape[0] < 1 || shape[1] != network.input().channels()) {
                throw new DataException("tensor \"x\" in %s has shape %s, expected [batch, %d]"
                        .formatted(
                                input, Tensor.shapeText(shape), network.input().channels()));
            }
            Tensor x = file.tensor("x");
            return applied(network, engine, shape[0], Tensor.shapeText(shape), output, open -> open.apply(x));
        }
    }

    private int applied(
            Network network,
            Engine engine,
            long batch,
            String shape,
            Path output,
            Function<OpenNetwork, Tensor> application) {
        Admitted<NetworkProgram> admitted = OpenNetwork.admit(network, engine, batch, 0, devices.budget());
        Weights weights = models.weights(console, network);
        try (OpenNetwork open = OpenNetwork.open(admitted, weights, engine)) {
            console.tell();
            Tensor logits = application.apply(open);
            console.warnOfBroken("tensor logits", logits.nonFinite(), logits.elements());
            SequencedMap<String, Tensor> written = new LinkedHashMap<>();
            written.put("logits", logits);
            Safetensors.write(output, written, Map.of());
            console.tell();
            ObjectNode o = document("apply", engine, output, written);
            o.put("bytes", open.bytes());
            o.put("nanos", open.timing().wall());
            console.report(
                    output,
                    () -> "network on %s, %s: %s of arrays, first run %s; wrote tensor logits %s to %s"
                            .formatted(
                                    shape,
                                    engine.id(),
                                    Bytes.text(open.bytes()),
                                    Units.nanos(open.timing().wall()),
                                    Tensor.shapeText(logits.shape()),
                                    output),
                    () -> o);
        }
        return ExitCode.DONE;
    }

    /** Computes the gradients of the network's loss and writes them with its logits. */
    public int gradient(Path data, Path output) {
        OutputFile.check(output, data, networks.file(), models.weightsFile());
        Engine engine = devices.engine();
        Network given = network();
        SpecException.placed(String.valueOf(networks.file()), given::mustHaveLoss);
        BatchFile file = BatchFile.open(data, given.mustHaveLoss());
        Network network = DataOptions.fitted(given, file.sample(), file.what());
        file.check(network);
        LossGradients.Pending pending =
                LossGradients.admit(network, engine, file.size(), file.bytes(), devices.budget());
        Batch batch = file.read(network);
        batch.checkCounted(network, " in " + data);
        Weights weights = models.weights(console, network);
        console.tell();
        LossGradients found = pending.of(weights, batch, models.seed());
        SequencedMap<String, Tensor> written = new LinkedHashMap<>(found.gradients());
        written.put("logits", found.logits());
        written.forEach((name, t) -> console.warnOfBroken(
                name.equals("logits") ? "tensor logits" : "the gradient of " + name, t.nonFinite(), t.elements()));
        Safetensors.write(output, written, Map.of());
        console.tell();
        ObjectNode o = document("gradient", engine, output, written);
        Console.number(o, "loss", found.loss());
        console.report(
                output,
                () -> "network, gradients of a loss of %.6g on %s: wrote %d gradients and logits to %s"
                        .formatted(found.loss(), engine.id(), found.gradients().size(), output),
                () -> o);
        return ExitCode.DONE;
    }

    private static ObjectNode document(
            String command, Engine engine, Path output, SequencedMap<String, Tensor> written) {
        ObjectNode o = Console.object();
        o.put("command", command);
        o.put("device", engine.id());
        o.put("output", output.toString());
        Console.tensors(o, written, Tensor::shape);
        return o;
    }
}
