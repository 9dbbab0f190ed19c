package farsight.network;

import farsight.block.spec.SpecFields;
import farsight.program.Buffer;
import java.util.List;

/**
 * The maximum of each window; padding counts as −∞, and the gradient goes to the first largest.
 *
 * @param window its stride is the kernel if a spec leaves it out
 */
public record MaxPoolLayer(Sliding window) implements Layer {

    static final LayerKind<MaxPoolLayer> KIND = new LayerKind<>(
            "maxpool",
            MaxPoolLayer.class,
            false,
            List.of("kernel", "stride", "padding", "dilation"),
            (_, f) -> read(f),
            (layer, spec) -> layer.window.write(spec));

    private static MaxPoolLayer read(SpecFields f) {
        return new MaxPoolLayer(Sliding.read(f, false));
    }

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        window.halfPadded();
        return in.withGrid(window.out(in));
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        return c.tape().images().maxPool(x, window.over(in));
    }
}
