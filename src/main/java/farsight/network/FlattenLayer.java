package farsight.network;

import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;

/** [C, H, W] or [C, N] as one vector, in PyTorch's order: channel by channel. */
public record FlattenLayer() implements Layer {

    static final LayerKind<FlattenLayer> KIND = new LayerKind<>(
            "flatten", FlattenLayer.class, false, List.of(), (_, _) -> new FlattenLayer(), (_, _) -> {});

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        return Extents.vector(Math.multiplyExact(in.channels(), in.positions()));
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        if (in.positions() == 1) {
            return x;
        }
        Buffer channels = in.channels() == 1 ? x : c.tape().transpose(x);
        return c.tape().reshaped(channels, new Shape(x.shape().batch(), 1, in.channels() * in.positions()));
    }
}
