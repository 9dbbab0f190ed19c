package farsight.network;

import farsight.block.Parameter;
import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;

/**
 * y = x·Wᵀ + b of a vector.
 *
 * @param out numbers of the result
 */
public record LinearLayer(String name, int out, boolean bias, Init init) implements Layer {

    static final LayerKind<LinearLayer> KIND = new LayerKind<>(
            "linear", LinearLayer.class, true, List.of("out", "bias", "init"), LinearLayer::read, LinearLayer::write);

    private static LinearLayer read(String name, SpecFields f) {
        return new LinearLayer(name, f.integer("out"), f.flag("bias", true), f.choice("init", Init.PYTORCH));
    }

    private void write(SpecWriter spec) {
        spec.set("out", out).set("bias", bias).set("init", init);
    }

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        Checks.that(in.grid() == null, "it takes a vector, and %s comes in; put flatten before it".formatted(in));
        return Extents.vector(out);
    }

    @Override
    public List<Parameter> parameters(Extents in) {
        Parameter weight = new Parameter(
                "weight",
                List.of((long) out, in.channels()),
                Shape.matrix(out, in.channels()),
                init.weight(),
                Parameter.Kind.TRAINED);
        return bias ? List.of(weight, bias(out, init, weight.fanIn())) : List.of(weight);
    }

    /** The bias of a layer whose weight has this fan-in. */
    static Parameter bias(long out, Init init, long fanIn) {
        return new Parameter("bias", List.of(out), Shape.vector(out), init.bias(), Parameter.Kind.TRAINED, fanIn);
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        return c.tape().project(x, c.of("weight"), bias ? c.of("bias") : null);
    }
}
