package farsight.network;

import farsight.program.Buffer;
import java.util.List;

/** max(x, 0); its derivative at 0 is 0. */
public record ReluLayer() implements Layer {

    static final LayerKind<ReluLayer> KIND =
            new LayerKind<>("relu", ReluLayer.class, false, List.of(), (_, _) -> new ReluLayer(), (_, _) -> {});

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        return in;
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        return c.tape().relu(x);
    }
}
