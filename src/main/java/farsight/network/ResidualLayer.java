package farsight.network;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import java.util.List;

/** branch(x) + shortcut(x); an empty list is the identity. */
public record ResidualLayer(String name, Sequence branch, Sequence shortcut) implements Layer {

    static final LayerKind<ResidualLayer> KIND = new LayerKind<>(
            "residual",
            ResidualLayer.class,
            true,
            List.of("branch", "shortcut"),
            ResidualLayer::read,
            ResidualLayer::write);

    private static ResidualLayer read(String name, SpecFields f) {
        String expected = "a list of layers";
        // An empty branch is written as one: without the field, a shortcut's misspelling would double x.
        f.entries("branch", expected);
        return new ResidualLayer(
                name, LayerKinds.read(f.objects("branch", expected)), LayerKinds.read(f.objects("shortcut", expected)));
    }

    private void write(SpecWriter spec) {
        spec.set("branch", LayerKinds.write(branch)).set("shortcut", LayerKinds.write(shortcut));
    }

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        Extents a = branch.out(in);
        Extents b = shortcut.out(in);
        Checks.that(a.equals(b), "branch gives %s, shortcut %s; they must be alike".formatted(a, b));
        return a;
    }

    @Override
    public List<Branch> branches() {
        return List.of(new Branch("branch", branch), new Branch("shortcut", shortcut));
    }

    @Override
    public Layer with(List<Sequence> others) {
        return new ResidualLayer(name, others.getFirst(), others.getLast());
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        Buffer a = branch.record(c.under("branch."), x, in);
        return c.tape().residual(shortcut.record(c.under("shortcut."), x, in), a);
    }
}
