package farsight.block;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Every block in every combination of its options, small. */
public final class Forms {

    private static final List<Set<Gc.Fusion>> FUSIONS = List.of(
            EnumSet.of(Gc.Fusion.CHANNEL_ADD), EnumSet.of(Gc.Fusion.CHANNEL_MUL), EnumSet.allOf(Gc.Fusion.class));

    private Forms() {}

    /** All of them. */
    public static List<Block> all() {
        List<Block> all = new ArrayList<>();
        for (Dense.Normalizer n : Dense.Normalizer.values()) {
            all.add(new Dense(5, n));
        }
        all.addAll(nonLocals());
        all.addAll(relatives());
        all.addAll(crissCrosses());
        all.addAll(nystroms());
        all.addAll(emas());
        all.add(new Snl(7));
        for (Gc.Pooling pooling : Gc.Pooling.values()) {
            for (Set<Gc.Fusion> fusion : FUSIONS) {
                all.add(new Gc(12, 0.25, pooling, fusion));
                // A layer norm over a single value.
                all.add(new Gc(6, 0.2, pooling, fusion));
            }
        }
        all.add(Se.reduced(8, 4));
        all.add(Se.reduced(5, 1));
        // No whole reduction makes 4 of 11.
        all.add(new Se(11, 4));
        all.add(LatentGnnTalk.of(6, 4));
        all.add(LatentGnnTalk.of(5, 1));
        all.addAll(latentGnns());
        for (Se.Activation activation : Se.Activation.values()) {
            for (Se.Gate gate : Se.Gate.values()) {
                all.add(new Se(8, 3, activation, gate));
            }
        }
        return all;
    }

    private static List<Block> nonLocals() {
        List<Block> all = new ArrayList<>();
        for (NonLocal.Mode mode : NonLocal.Mode.values()) {
            for (NonLocal.Scale scale : NonLocal.Scale.values()) {
                for (NonLocal.Attention attention : NonLocal.Attention.values()) {
                    for (boolean subSample : new boolean[] {false, true}) {
                        boolean embedded = mode == NonLocal.Mode.EMBEDDED_GAUSSIAN;
                        boolean softmax = embedded || mode == NonLocal.Mode.GAUSSIAN;
                        if ((embedded || scale == NonLocal.Scale.NONE)
                                && (softmax || attention == NonLocal.Attention.FULL)) {
                            all.add(new NonLocal(6, 2, mode, scale, subSample, attention));
                        }
                    }
                }
            }
        }
        for (Grid.Kind kind : List.of(Grid.Kind.LINE, Grid.Kind.VIDEO)) {
            for (NonLocal.Mode mode : NonLocal.Mode.values()) {
                all.add(NonLocal.of(6).withMode(mode).withGrid(kind).withSubSample(true));
            }
            all.add(NonLocal.of(6).withGrid(kind));
            all.add(streaming(6, 2).withGrid(kind).withSubSample(true));
        }
        // Keys and values that are wider together than x, and narrower.
        all.add(streaming(4, 1));
        all.add(streaming(7, 2));
        return all;
    }

    private static List<Block> relatives() {
        List<Block> all = new ArrayList<>();
        for (NonLocal.Attention attention : NonLocal.Attention.values()) {
            all.add(new Pam(6, 2, attention));
            // No whole reduction: c = 1.
            all.add(new Pam(5, 8, attention));
        }
        all.add(new Cam(6));
        all.add(new Cam(1));
        all.add(new Efficient(6, 4, 2, 1));
        all.add(new Efficient(6, 6, 9, 3));
        // A softmax over a single value.
        all.add(new Efficient(5, 2, 4, 2));
        for (DoubleAttention.Axis axis : DoubleAttention.Axis.values()) {
            for (boolean residual : new boolean[] {false, true}) {
                all.add(new DoubleAttention(6, 4, 3, axis, residual));
            }
            all.add(new DoubleAttention(5, 2, 1, axis, true));
        }
        return all;
    }

    private static List<Block> crissCrosses() {
        return List.of(new CrissCross(6, 2, 1), new CrissCross(5, 2, 2), new CrissCross(3, 8, 2));
    }

    private static List<Block> nystroms() {
        // The last has more landmarks than a small input has positions: exact attention.
        return List.of(new Nystrom(6, 2, 3, 6), new Nystrom(5, 1, 2, 1), new Nystrom(4, 8, 64, 2));
    }

    private static List<Block> emas() {
        List<Block> all = new ArrayList<>();
        for (Ema.Norm norm : Ema.Norm.values()) {
            all.add(Ema.of(6, 4).withNorm(norm));
            all.add(new Ema(5, 1, 1, 0, norm));
            // More bases than a small input has positions.
            all.add(new Ema(4, 67, 2, 0.5, norm));
        }
        return all;
    }

    private static NonLocal streaming(int channels, int reduction) {
        return new NonLocal(
                channels,
                reduction,
                NonLocal.Mode.EMBEDDED_GAUSSIAN,
                NonLocal.Scale.INNER,
                false,
                NonLocal.Attention.STREAMING);
    }

    private static List<Block> latentGnns() {
        List<Block> all = new ArrayList<>();
        for (LatentGnn.Mode mode : LatentGnn.Mode.values()) {
            for (LatentGnn.Norm norm : LatentGnn.Norm.values()) {
                for (boolean residual : new boolean[] {false, true}) {
                    all.add(new LatentGnn(6, List.of(3), 2, mode, false, residual, norm));
                    all.add(new LatentGnn(8, List.of(2, 5), 2, mode, true, residual, norm));
                }
            }
        }
        return all;
    }

    /** As many positions, on a grid that the block accepts. */
    public static Grid lie(Block block, Grid grid) {
        if (block.grids().contains(grid.kind())) {
            return grid;
        }
        return switch (block.grids().getFirst()) {
            case LINE -> Grid.points(grid.positions());
            // Frames of two rows if the height is even.
            case VIDEO ->
                grid.height() % 2 == 0
                        ? new Grid(grid.height() / 2, 2, grid.width())
                        : new Grid(1, grid.height(), grid.width());
            case PLANE -> throw new AssertionError(block.kind() + " over " + grid);
        };
    }

    /** Whether positions have neighbours that the block looks at. */
    public static boolean needsGrid(Block block) {
        return block instanceof CrissCross || (block instanceof NonLocal n && n.subSample());
    }
}
