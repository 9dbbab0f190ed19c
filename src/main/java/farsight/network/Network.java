package farsight.network;

import farsight.block.Parameter;
import farsight.block.Parameterized;
import farsight.block.Statistic;
import farsight.block.spec.SpecException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A network: layers, one after the other, with the loss and the optimizer that train it.
 *
 * @param input extents of one sample
 * @param layers at least one
 * @param loss empty for a network that is only applied
 * @param optimizer empty for a network that is only applied
 */
public record Network(Extents input, Sequence layers, Optional<Loss> loss, Optional<Optimizer> optimizer)
        implements Parameterized {

    /**
     * Checks that each layer accepts what the one before gives, and that no two parameters have the same name.
     *
     * @throws SpecException otherwise, naming the layer
     */
    public Network {
        if (layers.layers().isEmpty()) {
            throw new SpecException("field \"layers\" is empty; a network has at least one layer");
        }
        Set<String> names = new HashSet<>();
        for (Parameter p : layers.parameters(input)) {
            if (!names.add(p.name())) {
                throw new SpecException("two parameters are called %s; change a layer's name".formatted(p.name()));
            }
        }
        if (loss.orElse(null) instanceof Loss.CrossEntropy classes) {
            try {
                classes.check(layers.out(input).channels());
            } catch (SpecException e) {
                throw e.at("field \"loss\"");
            }
        }
    }

    /**
     * Reads a network's spec.
     *
     * @throws farsight.data.DataException when the file cannot be read
     * @throws SpecException when it holds no valid spec, naming the file
     */
    public static Network load(Path spec) {
        return NetworkSpec.read(spec);
    }

    /** Extents of one sample's logits: [K], [K, N] or [K, H, W]. */
    public Extents output() {
        return layers.out(input);
    }

    /** The same network for samples of other extents. */
    public Network withInput(Extents other) {
        return new Network(other, layers, loss, optimizer);
    }

    /** The same network with other layers. */
    public Network withLayers(Sequence other) {
        return new Network(input, other, loss, optimizer);
    }

    /** The same network with another optimizer. */
    public Network withOptimizer(Optimizer other) {
        return new Network(input, layers, loss, Optional.of(other));
    }

    /**
     * The loss.
     *
     * @throws SpecException when the spec has none
     */
    public Loss mustHaveLoss() {
        return loss.orElseThrow(() -> new SpecException(
                "the network's spec has no \"loss\", such as {\"type\": \"cross_entropy\", \"ignore_label\": 255}"));
    }

    /**
     * The optimizer.
     *
     * @throws SpecException when the spec has none
     */
    public Optimizer mustHaveOptimizer() {
        return optimizer.orElseThrow(
                () -> new SpecException(
                        "the network's spec has no \"optimizer\", such as {\"type\": \"sgd\", \"lr\": 0.05, \"momentum\": 0.9}"));
    }

    @Override
    public String noun() {
        return "network";
    }

    @Override
    public String title() {
        return "network on " + input;
    }

    @Override
    public List<Parameter> parameters() {
        return layers.parameters(input);
    }

    @Override
    public List<Statistic> statistics() {
        return layers.statistics(input);
    }

    @Override
    public boolean statisticsRequired() {
        return true;
    }
}
