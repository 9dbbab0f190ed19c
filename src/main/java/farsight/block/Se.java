package farsight.block;

import farsight.op.Tape;
import farsight.program.Buffer;
import java.util.List;

/**
 * Squeeze-and-Excitation: y = x·sigmoid(W_2·ReLU(W_1·mean(x) + b_1) + b_2), one factor a channel.
 *
 * <p>Source: Squeeze-and-Excitation Networks (Hu et al., CVPR 2018); parameter names of
 * pytorch/vision torchvision/ops/misc.py.
 *
 * @param channels C
 * @param squeezed s, the channels between both layers
 */
public record Se(int channels, int squeezed) implements Block {

    /** The paper's. */
    static final int REDUCTION = 16;

    /** Checks the options. */
    public Se {
        Checks.positive("channels", channels);
        Checks.positive("squeeze", squeezed);
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
        Buffer squeezed = t.relu(t.project(t.meanPositions(x), p.of("fc1.weight"), p.of("fc1.bias")));
        return t.channelMultiply(x, t.sigmoid(t.project(squeezed, p.of("fc2.weight"), p.of("fc2.bias"))));
    }
}
