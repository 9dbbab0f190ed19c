package farsight.peers.problem;

import farsight.block.Block;
import farsight.block.BlockSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A sequential network, as its JSON file has it, with the layers that are compared here.
 *
 * @param channels of an image
 * @param height of an image
 * @param width of an image
 * @param layers one after another
 * @param optimizer how its parameters move
 */
public record NetworkSpec(int channels, int height, int width, List<Layer> layers, Sgd optimizer) {

    /** Stochastic gradient descent. */
    public record Sgd(double lr, double momentum, double weightDecay, boolean nesterov) {}

    /** One layer; names are those of its parameters without the last word. */
    public sealed interface Layer {

        record Convolution(String name, int in, int out, int kernel, int stride, int padding, boolean bias)
                implements Layer {}

        record BatchNorm(String name, int channels, double eps, double momentum) implements Layer {}

        record Relu() implements Layer {}

        /** The mean of each map. */
        record GlobalMean() implements Layer {}

        record Flatten() implements Layer {}

        record Linear(String name, int in, int out) implements Layer {}

        record OfBlock(String name, Block block) implements Layer {}

        /** branch(x) + shortcut(x); an empty list is x itself. */
        record Residual(List<Layer> branch, List<Layer> shortcut) implements Layer {}
    }

    /** Of a file that lies beside this class. */
    public static NetworkSpec resource(String name) {
        try (InputStream in = Objects.requireNonNull(NetworkSpec.class.getResourceAsStream(name), name)) {
            JsonNode root = new JsonMapper().readTree(in);
            JsonNode input = root.get("input");
            JsonNode sgd = root.get("optimizer");
            return new NetworkSpec(
                    input.get(0).intValue(),
                    input.get(1).intValue(),
                    input.get(2).intValue(),
                    layers("", root.get("layers"), new int[] {input.get(0).intValue()}),
                    new Sgd(
                            sgd.get("lr").doubleValue(),
                            sgd.get("momentum").doubleValue(),
                            sgd.get("weight_decay").doubleValue(),
                            sgd.get("nesterov").booleanValue()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same for images of another size. */
    public NetworkSpec over(int newHeight, int newWidth) {
        return new NetworkSpec(channels, newHeight, newWidth, layers, optimizer);
    }

    // channels[0] goes from layer to layer.
    private static List<Layer> layers(String prefix, JsonNode list, int[] channels) {
        List<Layer> layers = new ArrayList<>();
        for (JsonNode layer : list) {
            layers.add(layer(prefix, layer, channels));
        }
        return List.copyOf(layers);
    }

    private static Layer layer(String prefix, JsonNode l, int[] channels) {
        int in = channels[0];
        String name = prefix + (l.has("name") ? l.get("name").stringValue() : "");
        return switch (l.get("layer").stringValue()) {
            case "conv" -> {
                channels[0] = l.get("out").intValue();
                yield new Layer.Convolution(
                        name,
                        in,
                        channels[0],
                        l.get("kernel").intValue(),
                        l.has("stride") ? l.get("stride").intValue() : 1,
                        l.has("padding") ? l.get("padding").intValue() : 0,
                        !l.has("bias") || l.get("bias").booleanValue());
            }
            case "batchnorm" -> new Layer.BatchNorm(name, in, 1e-5, 0.1);
            case "relu" -> new Layer.Relu();
            case "avgpool" -> new Layer.GlobalMean();
            case "flatten" -> new Layer.Flatten();
            case "linear" -> {
                channels[0] = l.get("out").intValue();
                yield new Layer.Linear(name, in, channels[0]);
            }
            case "block" -> new Layer.OfBlock(name, BlockSpec.parse((ObjectNode) l.get("spec")));
            case "residual" -> {
                List<Layer> shortcut = layers(name + ".shortcut.", l.get("shortcut"), new int[] {in});
                yield new Layer.Residual(layers(name + ".branch.", l.get("branch"), channels), shortcut);
            }
            default -> throw new IllegalArgumentException("no layer " + l.get("layer"));
        };
    }
}
