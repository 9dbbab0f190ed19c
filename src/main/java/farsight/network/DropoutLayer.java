package farsight.network;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.program.Buffer;
import java.util.List;

/**
 * In training each number is 0 with probability p and divided by 1 − p otherwise; in evaluation nothing changes. The
 * numbers drawn depend on the run's seed, the step and the layer, and are the same on every engine.
 *
 * @param p from 0 to 1
 */
public record DropoutLayer(double p) implements Layer {

    static final LayerKind<DropoutLayer> KIND = new LayerKind<>(
            "dropout",
            DropoutLayer.class,
            false,
            List.of("p"),
            (_, f) -> read(f),
            (layer, spec) -> spec.set("p", layer.p));

    /** Checks the probability. */
    public DropoutLayer {
        Checks.float32("p", p);
        Checks.that(p >= 0 && p <= 1, "p is %s; it must be from 0 to 1".formatted(p));
    }

    private static DropoutLayer read(SpecFields f) {
        return new DropoutLayer(f.number("p", 0.5));
    }

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
        return c.training() && p > 0 ? c.tape().dropout(x, c.seed(), (float) p, c.stream()) : x;
    }
}
