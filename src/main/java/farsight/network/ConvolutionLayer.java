package farsight.network;

import farsight.block.Parameter;
import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.op.image.Window;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.tape.ImageAdjoints;
import java.util.ArrayList;
import java.util.List;

/**
 * PyTorch's Conv2d on [B, C, H, W], Conv1d on [B, C, N]: cross-correlation with zeros around.
 *
 * @param out channels of the result
 * @param window kernel, stride, padding and dilation
 * @param groups parts of the channels that are convolved by themselves
 * @param bias whether a number per output channel is added
 */
public record ConvolutionLayer(String name, int out, Sliding window, int groups, boolean bias, Init init)
        implements Layer {

    static final LayerKind<ConvolutionLayer> KIND = new LayerKind<>(
            "conv",
            ConvolutionLayer.class,
            true,
            List.of("out", "kernel", "stride", "padding", "dilation", "groups", "bias", "init"),
            ConvolutionLayer::read,
            ConvolutionLayer::write);

    private static ConvolutionLayer read(String name, SpecFields f) {
        return new ConvolutionLayer(
                name,
                f.integer("out"),
                Sliding.read(f, true),
                f.integer("groups", 1),
                f.flag("bias", true),
                f.choice("init", Init.PYTORCH));
    }

    private void write(SpecWriter spec) {
        spec.set("out", out);
        window.write(spec);
        spec.set("groups", groups).set("bias", bias).set("init", init);
    }

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        Checks.that(
                in.channels() % groups == 0 && out % groups == 0,
                "groups is %d; it must divide the %d channels in and the %d out".formatted(groups, in.channels(), out));
        return in.withGrid(window.out(in)).withChannels(out);
    }

    @Override
    public List<Parameter> parameters(Extents in) {
        List<Long> fileShape = new ArrayList<>(List.of((long) out, in.channels() / groups));
        fileShape.addAll(window.kernel(in));
        Window over = window.over(in);
        Shape shape = ImageAdjoints.convolutionWeight(out, in.channels(), over, groups);
        Parameter weight = new Parameter("weight", fileShape, shape, init.weight(), Parameter.Kind.TRAINED);
        return bias ? List.of(weight, LinearLayer.bias(out, init, weight.fanIn())) : List.of(weight);
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        return c.tape().images().convolve(x, c.of("weight"), bias ? c.of("bias") : null, window.over(in), groups);
    }
}
