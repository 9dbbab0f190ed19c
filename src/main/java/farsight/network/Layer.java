package farsight.network;

import farsight.block.Parameter;
import farsight.block.Statistic;
import farsight.block.spec.SpecException;
import farsight.program.Buffer;
import java.util.List;

/**
 * One layer of a network. A layer is a record of its options; what depends on its input's extents is computed from
 * them. Its {@link LayerKind} reads and writes its spec.
 */
public interface Layer {

    /** The value of {@code "layer"} in a spec. */
    String kind();

    /** Its name, which begins the names of its parameters; empty for a layer without parameters. */
    default String name() {
        return "";
    }

    /**
     * The extents of its result.
     *
     * @throws SpecException when the layer does not accept such an input
     */
    Extents out(Extents in);

    /** Its weights, in PyTorch's order, those of its branches under their names; without the layer's own name. */
    default List<Parameter> parameters(Extents in) {
        return branches().stream()
                .flatMap(b -> b.layers().parameters(in).stream().map(p -> p.under(b.name() + ".")))
                .toList();
    }

    /** The numbers it keeps over batches, named as {@link #parameters}. */
    default List<Statistic> statistics(Extents in) {
        return branches().stream()
                .flatMap(b -> b.layers().statistics(in).stream().map(s -> s.under(b.name() + ".")))
                .toList();
    }

    /** The lists of layers in it, each with the name that begins the names of its parameters. */
    default List<Branch> branches() {
        return List.of();
    }

    /** The same layer with other lists in place of its {@link #branches}, in their order. */
    default Layer with(List<Sequence> others) {
        return this;
    }

    /**
     * Records the layer.
     *
     * @param x [B, N, C] of {@code in}
     * @return [B, N', C'] of {@link #out}
     */
    Buffer record(LayerContext c, Buffer x, Extents in);

    /**
     * A list of layers in a layer.
     *
     * @param name for example {@code branch}
     */
    record Branch(String name, Sequence layers) {}
}
