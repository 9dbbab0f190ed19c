package farsight.network;

import farsight.block.Grid;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.program.Buffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The mean of each window, with the zeros of the padding; without a kernel the mean over all positions, which leaves one.
 *
 * @param window empty for all positions; its stride is the kernel if a spec leaves it out
 */
public record AveragePoolLayer(Optional<Sliding> window) implements Layer {

    static final LayerKind<AveragePoolLayer> KIND = new LayerKind<>(
            "avgpool",
            AveragePoolLayer.class,
            false,
            List.of("kernel", "stride", "padding"),
            (_, f) -> read(f),
            (layer, spec) -> layer.window.ifPresent(w -> w.write(spec)));

    private static AveragePoolLayer read(SpecFields f) {
        if (!f.has("kernel") && (f.has("stride") || f.has("padding"))) {
            throw new SpecException(
                    "a stride or padding needs a \"kernel\"; without one the mean is over all positions");
        }
        return new AveragePoolLayer(f.has("kernel") ? Optional.of(Sliding.read(f, false)) : Optional.empty());
    }

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        window.ifPresent(Sliding::halfPadded);
        Grid grid = in.grid();
        if (grid == null) {
            throw new SpecException("it takes positions, and %s comes in".formatted(in));
        }
        return in.withGrid(
                window.isPresent()
                        ? window.get().out(in)
                        : new Grid(Collections.nCopies(grid.extents().size(), 1L)));
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        return window.isPresent()
                ? c.tape().images().averagePool(x, window.get().over(in))
                : c.tape().meanPositions(x);
    }
}
