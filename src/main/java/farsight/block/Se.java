package farsight.block;

import farsight.op.Tape;
import farsight.program.Buffer;
import java.util.List;

/**
 * Squeeze-and-Excitation: y = x·gate(W_2·activation(W_1·mean(x) + b_1) + b_2), one factor a channel. The paper has ReLU and
 * the sigmoid; EfficientNet has SiLU, MobileNetV3 the hard sigmoid, with the same parameters.
 *
 * <p>Source: Squeeze-and-Excitation Networks (Hu et al., CVPR 2018); parameter names and options of
 * pytorch/vision torchvision/ops/misc.py.
 *
 * @param channels C
 * @param squeezed s, the channels between both layers
 * @param activation behind the first layer
 * @param gate behind the second
 */
public record Se(int channels, int squeezed, Activation activation, Gate gate) implements Block {

    /** What follows the first layer. */
    public enum Activation {
        /** max(v, 0): the paper, and MobileNetV3. */
        RELU,
        /** v·σ(v): EfficientNet. */
        SILU
    }

    /** What makes a factor of a channel's number. */
    public enum Gate {
        /** 1 / (1 + exp(−v)): the paper, and EfficientNet. */
        SIGMOID,
        /** v/6 + 1/2, at least 0 and at most 1: MobileNetV3. */
        HARDSIGMOID
    }

    /** The paper's. */
    static final int REDUCTION = 16;

    /** Checks the options. */
    public Se {
        Checks.positive("channels", channels);
        Checks.positive("squeeze", squeezed);
    }

    /** The paper's activation and gate. */
    public Se(int channels, int squeezed) {
        this(channels, squeezed, Activation.RELU, Gate.SIGMOID);
    }

    /** The paper's reduction, 16. */
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

    /** The whole r with s = ⌊C / r⌋, or 0 where there is none: networks that round s to multiples of 8 have such. */
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
        return List.of(
                Parameter.convolution("fc1.weight", squeezed(), channels, Parameter.Init.FAN_IN),
                Parameter.vector("fc1.bias", squeezed(), Parameter.Init.ZERO),
                Parameter.convolution("fc2.weight", channels, squeezed(), Parameter.Init.FAN_IN),
                Parameter.vector("fc2.bias", channels, Parameter.Init.ZERO));
    }

    @Override
    public Buffer forward(Tape t, Buffer x, Given p) {
        p.show(new Weighing.Even());
        Buffer narrow = t.project(t.meanPositions(x), p.of("fc1.weight"), p.of("fc1.bias"));
        Buffer active = switch (activation) {
            case RELU -> t.relu(narrow);
            case SILU -> t.silu(narrow);
        };
        Buffer wide = t.project(active, p.of("fc2.weight"), p.of("fc2.bias"));
        Buffer factor = switch (gate) {
            case SIGMOID -> t.sigmoid(wide);
            case HARDSIGMOID -> t.hardSigmoid(wide);
        };
        return t.channelMultiply(x, factor);
    }
}
