package farsight.network;

import farsight.block.Grid;
import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.op.image.Upsampling;
import farsight.program.Buffer;
import java.util.List;

/**
 * PyTorch's interpolate by a whole factor, nearest or bilinear (linear on a line).
 *
 * @param scale factor of every axis
 * @param mode how values between positions are found
 * @param alignCorners whether the first and last positions stay in place, for bilinear
 */
public record UpsampleLayer(int scale, Mode mode, boolean alignCorners) implements Layer {

    /** How values between positions are found. */
    public enum Mode {
        /** The value of the position below. */
        NEAREST,
        /** A mean of the nearest positions, weighted by distance. */
        BILINEAR
    }

    static final LayerKind<UpsampleLayer> KIND = new LayerKind<>(
            "upsample",
            UpsampleLayer.class,
            false,
            List.of("scale", "mode", "align_corners"),
            (_, f) -> read(f),
            UpsampleLayer::write);

    private static UpsampleLayer read(SpecFields f) {
        UpsampleLayer layer =
                new UpsampleLayer(f.integer("scale"), f.choice("mode", Mode.NEAREST), f.flag("align_corners", false));
        Checks.that(
                !layer.alignCorners || layer.mode == Mode.BILINEAR, "align_corners needs mode bilinear, as in PyTorch");
        return layer;
    }

    private void write(SpecWriter spec) {
        spec.set("scale", scale).set("mode", mode).set("align_corners", alignCorners);
    }

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        return in.withGrid(resampled(grid(in)));
    }

    private static Grid grid(Extents in) {
        Grid grid = in.grid();
        if (grid == null || grid.kind() == Grid.Kind.VIDEO) {
            throw new SpecException("it takes [C, H, W] or [C, N], and %s comes in".formatted(in));
        }
        return grid;
    }

    private Grid resampled(Grid grid) {
        return new Grid(grid.extents().stream()
                .map(e -> Math.multiplyExact(e, (long) scale))
                .toList());
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        Grid from = grid(in);
        Grid to = resampled(from);
        Upsampling how = mode == Mode.NEAREST
                ? Upsampling.NEAREST
                : alignCorners ? Upsampling.LINEAR_ALIGNED : Upsampling.LINEAR;
        return c.tape().images().upsample(x, from.height(), from.width(), to.height(), to.width(), how);
    }
}
