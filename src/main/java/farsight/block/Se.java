package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Squeeze-and-Excitation: y = x·gate(W_2·activation(W_1·mean(x) + b_1) + b_2), one factor per channel. The paper uses
 * ReLU and the sigmoid, EfficientNet SiLU, MobileNetV3 the hard sigmoid; their parameters are the same.
 *
 * <p>Source: Squeeze-and-Excitation Networks (Hu et al., CVPR 2018); parameter names and options of
 * pytorch/vision torchvision/ops/misc.py.
 *
 * @param channels C
 * @param squeezed s, channels between the layers
 * @param activation after the first layer
 * @param gate after the second layer
 */
public record Se(int channels, int squeezed, Activation activation, Gate gate) implements Block {

    /** The activation after the first layer. */
    public enum Activation {
        /** max(v, 0): the paper, and MobileNetV3. */
        RELU,
        /** v·σ(v): EfficientNet. */
        SILU
    }

    /** The function that gives a channel's factor. */
    public enum Gate {
        /** 1 / (1 + exp(−v)): the paper, and EfficientNet. */
        SIGMOID,
        /** v/6 + 1/2, at least 0 and at most 1: MobileNetV3. */
        HARDSIGMOID
    }

    /** The paper's reduction. */
    static final int REDUCTION = 16;

    /** Checks the options. */
    public Se {
        Checks.positive("channels", channels);
        Checks.positive("squeeze", squeezed);
    }

    /** With the paper's activation and gate. */
    public Se(int channels, int squeezed) {
        this(channels, squeezed, Activation.RELU, Gate.SIGMOID);
    }

    /** With the paper's reduction, 16. */
    public static Se of(int channels) {
        return reduced(channels, REDUCTION);
    }

    /** s = ⌊C / reduction⌋. */
    public static Se reduced(int channels, int reduction) {
        Checks.positive("channels", channels);
        Checks.positive("reduction", reduction);
        Checks.that(
                channels >= reduction,
                "reduction %d leaves no channel of %d: C / reduction must be at least 1"
                        .formatted(reduction, channels));
        return new Se(channels, channels / reduction);
    }

    /** With another activation. */
    public Se withActivation(Activation newActivation) {
        return new Se(channels, squeezed, newActivation, gate);
    }

    /** With another gate. */
    public Se withGate(Gate newGate) {
        return new Se(channels, squeezed, activation, newGate);
    }

    /** The integer r with s = ⌊C / r⌋. 0 if there is none, as in networks that round s to multiples of 8. */
    public int reduction() {
        int reduction = channels / squeezed;
        return reduction > 0 && channels / reduction == squeezed ? reduction : 0;
    }

    @Override
    public String kind() {
        return "se";
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.addAll(Parameter.projection("fc1", squeezed(), channels, Parameter.Init.FAN_IN));
        all.addAll(Parameter.projection("fc2", channels, squeezed(), Parameter.Init.FAN_IN));
        return all;
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        p.show(new AttentionFactors.Even());
        Buffer narrow = p.project(t, t.meanPositions(x), "fc1");
        Buffer active = switch (activation) {
            case RELU -> t.relu(narrow);
            case SILU -> t.silu(narrow);
        };
        Buffer wide = p.project(t, active, "fc2");
        Buffer factor = switch (gate) {
            case SIGMOID -> t.sigmoid(wide);
            case HARDSIGMOID -> t.hardSigmoid(wide);
        };
        return t.channelMultiply(x, factor);
    }

    /** Its entry. */
    static final class Kind implements BlockKind<Se> {

        /** Prefixes of per-position perceptrons, whose tensors may look like a squeeze-excitation's. */
        private static final Pattern PERCEPTRON =
                Pattern.compile("(.*\\.)?[^.]*(mlp|ffn)[^.]*\\.", Pattern.CASE_INSENSITIVE);

        @Override
        public String name() {
            return "se";
        }

        @Override
        public Class<Se> type() {
            return Se.class;
        }

        @Override
        public Look look() {
            return new Look("SE", 0x8E4B7D);
        }

        @Override
        public Growth growth(Se block) {
            return Growth.CONSTANT;
        }

        @Override
        public List<String> fields() {
            return List.of("reduction", "squeeze", "activation", "gate");
        }

        @Override
        public Se read(SpecFields fields, int channels) {
            Checks.that(
                    !fields.has("squeeze") || !fields.has("reduction"),
                    "reduction and squeeze contradict each other: squeeze is C / reduction; give one");
            Se se = fields.has("squeeze")
                    ? new Se(channels, fields.integer("squeeze"))
                    : Se.reduced(channels, fields.integer("reduction", REDUCTION));
            return se.withActivation(fields.choice("activation", Activation.RELU))
                    .withGate(fields.choice("gate", Gate.SIGMOID));
        }

        @Override
        public void write(Se block, SpecWriter spec) {
            if (block.reduction() > 0) {
                spec.set("reduction", block.reduction());
            } else {
                spec.set("squeeze", block.squeezed);
            }
            spec.set("activation", block.activation).set("gate", block.gate);
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("fc1.weight", "fc2.weight"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            // Many perceptrons use these names too.
            Checks.that(tensors.axes("fc1.weight") == 4, "fc1.weight is no convolution [s, C, 1, 1]");
            int squeezed = tensors.extent("fc1.weight", 0);
            int channels = tensors.extent("fc1.weight", 1);
            Checks.that(
                    squeezed <= channels,
                    "fc1 gives %d channels from %d: a widening perceptron, not a squeeze-excitation"
                            .formatted(squeezed, channels));
            Checks.that(
                    !PERCEPTRON.matcher(tensors.prefix()).matches(),
                    "fc1 and fc2 may be a squeeze-excitation, but their prefix is a perceptron's;"
                            + " --block se or --spec reads them as a squeeze-excitation");
            return Optional.of(new Recognised(
                    new Se(channels, squeezed),
                    List.of(
                            new Recognised.Open(
                                    "block", "se", "a perceptron at every position may have the same tensors"),
                            new Recognised.Open("activation", "relu", "silu (EfficientNet) has the same tensors"),
                            new Recognised.Open("gate", "sigmoid", "hardsigmoid (MobileNetV3) has the same tensors"))));
        }

        @Override
        public List<NearMiss> nearMisses() {
            return List.of(
                    new NearMiss(
                            List.of("conv_reduce.weight", "conv_expand.weight"),
                            "is timm's SqueezeExcite, a se under other names: rename conv_reduce to fc1 and conv_expand to fc2"),
                    new NearMiss(
                            List.of("fc.0.weight", "fc.2.weight"),
                            "may be a squeeze-excitation of linear layers: expected convolutions fc1 [s, C, 1, 1] and fc2"
                                    + " [C, s, 1, 1] with biases, zeros if there are none"));
        }
    }
}
