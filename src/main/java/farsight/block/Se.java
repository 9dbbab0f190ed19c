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
 * @param reduction C / s
 */
public record Se(int channels, int reduction) implements Block {

    /** Checks the options. */
    public Se {
        Checks.positive("channels", channels);
        Checks.positive("reduction", reduction);
        Checks.that(
                channels >= reduction,
                "reduction %d leaves no channel of %d: C / reduction must be at least 1"
                        .formatted(reduction, channels));
    }

    /** The paper's reduction, 16. */
    public static Se of(int channels) {
        return new Se(channels, 16);
    }

    /** s. */
    public int squeezed() {
        return channels / reduction;
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
