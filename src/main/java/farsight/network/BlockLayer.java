package farsight.network;

import farsight.block.AttentionFactors;
import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.Grid;
import farsight.block.Parameter;
import farsight.block.Statistic;
import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.List;
import java.util.Objects;

/**
 * A block as a layer; it keeps the shape. Its parameters have their own names.
 *
 * @param block any block
 */
public record BlockLayer(String name, Block block) implements Layer {

    static final LayerKind<BlockLayer> KIND = new LayerKind<>(
            "block",
            BlockLayer.class,
            true,
            List.of("spec"),
            BlockLayer::read,
            (layer, spec) -> spec.set("spec", BlockSpec.tree(layer.block)));

    private static BlockLayer read(String name, SpecFields f) {
        return new BlockLayer(
                name,
                BlockSpec.parse(f.object("spec", "a block's spec such as {\"block\": \"gc\", \"channels\": 64}")));
    }

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        Checks.that(
                in.channels() == block.channels(),
                "the %s spec has %d channels, and %s comes in".formatted(block.kind(), block.channels(), in));
        Grid grid = in.grid();
        if (grid == null) {
            throw new SpecException("a block takes positions, and %s comes in; put it before flatten".formatted(in));
        }
        Checks.that(block.grids().contains(grid.kind()), "%s; %s comes in".formatted(block.expectedFeatures(), in));
        return in;
    }

    @Override
    public List<Parameter> parameters(Extents in) {
        return block.parameters();
    }

    @Override
    public List<Statistic> statistics(Extents in) {
        return block.statistics();
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        return block.forward(
                c.tape(),
                x,
                new Context(c, Objects.requireNonNull(in.grid()), x.shape().batch()));
    }

    /** What the block records with. */
    private record Context(LayerContext layer, Grid grid, long batch) implements Block.BlockContext {

        @Override
        public Buffer of(String name) {
            return layer.of(name);
        }

        @Override
        public Buffer batchNorm(Tape t, Buffer x, String name) {
            layer.checkNormed(batch * grid.positions());
            return layer.training()
                    ? Block.BlockContext.super.batchNorm(t, x, name)
                    : t.frozenNorm(
                            x,
                            of(name + ".running_mean"),
                            of(name + ".running_var"),
                            of(name + ".weight"),
                            of(name + ".bias"));
        }

        @Override
        public void keep(String name, Buffer statistic) {
            layer.keep(name, statistic, batch * grid.positions());
        }

        @Override
        public void show(AttentionFactors factors) {
            // A network's attention is not inspected.
        }
    }
}
