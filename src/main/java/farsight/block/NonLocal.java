package farsight.block;

import farsight.block.spec.Checks;
import farsight.program.Buffer;
import farsight.tape.Projection;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Non-local block: Y = X + W_out·(P·g(X)). Every row of P·g(X) is a weighted sum over all positions.
 *
 * <table>
 * <caption>Pairwise function and normaliser; M keys</caption>
 * <tr><td>gaussian</td><td>softmax_j(x_i·x_j)</td></tr>
 * <tr><td>embedded_gaussian</td><td>softmax_j(s·θ_i·φ_j), s = 1, 1/√c or 1/√C</td></tr>
 * <tr><td>dot_product</td><td>θ_i·φ_j / M</td></tr>
 * <tr><td>concatenation</td><td>ReLU(w·[θ_i; φ_j]) / M, computed as ReLU(u·θ_i + v·φ_j) / M</td></tr>
 * </table>
 *
 * <p>θ, φ, g and W_out are 1×1 convolutions with bias, c = max(C / reduction, 1). With sub-sampling, g and φ (in
 * gaussian mode x itself) go through a max-pool: 2×2, so M = N/4; for sequences 2, so M = N/2; for videos 1×2×2. Full
 * attention stores P, N×M; streaming attention computes the same without it.
 *
 * <p>Source: Non-local Neural Networks (Wang et al., CVPR 2018); options and parameter names of
 * open-mmlab/mmcv mmcv/cnn/bricks/non_local.py (NonLocal1d, NonLocal2d, NonLocal3d).
 *
 * @param channels C
 * @param reduction C / c
 * @param mode pairwise function
 * @param scale factor on the logits of embedded_gaussian
 * @param subSample whether keys and values are pooled
 * @param attention whether P is stored
 * @param grid kind of grid, with the axes of the convolution kernels and max-pool; PLANE also accepts points, unless
 *     subSample is set
 */
public record NonLocal(
        int channels, int reduction, Mode mode, Scale scale, boolean subSample, Attention attention, Grid.Kind grid)
        implements Block, Pairwise {

    /** Pairwise function. */
    public enum Mode {
        /** x_i·x_j, softmax. */
        GAUSSIAN,
        /** θ_i·φ_j, softmax. */
        EMBEDDED_GAUSSIAN,
        /** θ_i·φ_j / M. */
        DOT_PRODUCT,
        /** ReLU(w·[θ_i; φ_j]) / M. */
        CONCATENATION
    }

    /** Factor on the logits. Sources disagree: mmcv takes INNER, timm CHANNELS, others NONE. */
    public enum Scale {
        /** 1. */
        NONE,
        /** 1/√c. */
        INNER,
        /** 1/√C. */
        CHANNELS
    }

    /** Whether the N×M weights are stored. */
    public enum Attention {
        /** Stored, as the papers' code does. */
        FULL,
        /** Computed block by block, exact, in memory O(N·c). Softmax modes only. */
        STREAMING
    }

    /** Checks the options. */
    public NonLocal {
        Checks.positive("channels", channels);
        Checks.positive("reduction", reduction);
        Checks.that(
                scale == Scale.NONE || mode == Mode.EMBEDDED_GAUSSIAN,
                "scale applies to mode embedded_gaussian only; with %s it must be none".formatted(Checks.word(mode)));
        Checks.that(
                attention == Attention.FULL || mode == Mode.GAUSSIAN || mode == Mode.EMBEDDED_GAUSSIAN,
                "attention streaming needs a softmax: mode gaussian or embedded_gaussian, not " + Checks.word(mode));
    }

    /** A block over rows and columns. */
    public NonLocal(int channels, int reduction, Mode mode, Scale scale, boolean subSample, Attention attention) {
        this(channels, reduction, mode, scale, subSample, attention, Grid.Kind.PLANE);
    }

    /** mmcv's defaults: embedded Gaussian, reduction 2, logits divided by √c, full attention. */
    public static NonLocal of(int channels) {
        return new NonLocal(channels, 2, Mode.EMBEDDED_GAUSSIAN, Scale.INNER, false, Attention.FULL);
    }

    /** With another pairwise function; its scale is mmcv's. */
    public NonLocal withMode(Mode newMode) {
        return new NonLocal(channels, reduction, newMode, scaleOf(newMode), subSample, attention, grid);
    }

    static Scale scaleOf(Mode mode) {
        return mode == Mode.EMBEDDED_GAUSSIAN ? Scale.INNER : Scale.NONE;
    }

    /** With or without the N×M weights stored. */
    public NonLocal withAttention(Attention newAttention) {
        return new NonLocal(channels, reduction, mode, scale, subSample, newAttention, grid);
    }

    /** With keys and values pooled, or not. */
    public NonLocal withSubSample(boolean on) {
        return new NonLocal(channels, reduction, mode, scale, on, attention, grid);
    }

    /** With another kind of grid. */
    public NonLocal withGrid(Grid.Kind newGrid) {
        return new NonLocal(channels, reduction, mode, scale, subSample, attention, newGrid);
    }

    /** c. */
    public int inner() {
        return Math.max(channels / reduction, 1);
    }

    @Override
    public String kind() {
        return "nonlocal";
    }

    @Override
    public List<Grid.Kind> grids() {
        return grid == Grid.Kind.PLANE ? Block.super.grids() : List.of(grid);
    }

    private String g() {
        return subSample ? "g.0.conv" : "g.conv";
    }

    private String phi() {
        return subSample ? "phi.0.conv" : "phi.conv";
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.addAll(Parameter.projection(g(), inner(), channels, grid.axes(), Parameter.Init.FAN_IN));
        if (mode != Mode.GAUSSIAN) {
            all.addAll(Parameter.projection("theta.conv", inner(), channels, grid.axes(), Parameter.Init.FAN_IN));
            all.addAll(Parameter.projection(phi(), inner(), channels, grid.axes(), Parameter.Init.FAN_IN));
        }
        if (mode == Mode.CONCATENATION) {
            // mmcv's concat_project has two axes on every grid.
            all.add(Parameter.convolution("concat_project.conv.weight", 1, 2L * inner(), Parameter.Init.FAN_IN));
        }
        all.addAll(Parameter.projection("conv_out.conv", channels, inner(), grid.axes(), Parameter.Init.ZERO));
        return all;
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        return t.residual(x, p.project(t, attended(t, x, p), "conv_out.conv"));
    }

    /** P·g. Keys and values share one buffer if nothing needs them apart and it is no larger than x. */
    private Buffer attended(Tape t, Buffer x, BlockContext p) {
        if (attention == Attention.STREAMING
                && mode == Mode.EMBEDDED_GAUSSIAN
                && !subSample
                && 2L * inner() <= channels
                && t.purpose() != Purpose.INSPECTION) {
            return t.attention().flash(theta(t, x, p), x, projection(p, phi()), projection(p, g()), logitScale());
        }
        Buffer g = pooled(t, p.project(t, x, g()), p);
        Operands o = operands(t, x, p);
        Buffer attended;
        if (attention == Attention.STREAMING) {
            attended = t.attention().flash(o.queries(), o.keys(), g, logitScale());
        } else if (softmax()) {
            attended = t.attention().stored(o.queries(), o.keys(), g, logitScale());
        } else {
            attended = t.matMul(affinity(t, o.queries(), o.keys()), g);
        }
        p.show(new AttentionFactors.Pairs(o.queries(), o.keys(), g, attended));
        return attended;
    }

    private static Projection projection(BlockContext p, String name) {
        return new Projection(p.of(name + ".weight"), p.of(name + ".bias"));
    }

    /** Inputs of the pairwise function, one row per position. */
    private record Operands(Buffer queries, Buffer keys) {}

    private Operands operands(Tape t, Buffer x, BlockContext p) {
        if (mode == Mode.GAUSSIAN) {
            return new Operands(x, pooled(t, x, p));
        }
        if (mode != Mode.CONCATENATION) {
            return new Operands(theta(t, x, p), phi(t, x, p));
        }
        Buffer phi = phi(t, x, p);
        Buffer w = p.of("concat_project.conv.weight");
        Buffer s = t.project(theta(t, x, p), t.slice(w, 0, inner()), null);
        return new Operands(s, t.project(phi, t.slice(w, inner(), inner()), null));
    }

    /** P, [B, N, M]. */
    @Override
    public Buffer affinity(Tape t, Buffer queries, Buffer keys) {
        float share = 1f / keys.shape().rows();
        return switch (mode) {
            case GAUSSIAN, EMBEDDED_GAUSSIAN -> t.softmaxRows(t.matMulRightTransposed(queries, keys, 1f), logitScale());
            case DOT_PRODUCT -> t.matMulRightTransposed(queries, keys, share);
            case CONCATENATION -> t.attention().pairSum(queries, keys, share);
        };
    }

    @Override
    public boolean softmax() {
        return mode == Mode.GAUSSIAN || mode == Mode.EMBEDDED_GAUSSIAN;
    }

    @Override
    public boolean poolsKeys() {
        return subSample;
    }

    @Override
    public Optional<Block> streaming() {
        return softmax() && attention == Attention.FULL
                ? Optional.of(withAttention(Attention.STREAMING))
                : Optional.empty();
    }

    @Override
    public Optional<Logits> logits() {
        boolean embedded = mode == Mode.EMBEDDED_GAUSSIAN;
        Logits.Vectors queries = new Logits.Vectors(embedded ? "theta.conv" : null, false);
        Logits.Vectors keys = new Logits.Vectors(embedded ? phi() : null, subSample);
        return softmax() ? Optional.of(new Logits.Pairs(queries, keys, logitScale())) : Optional.empty();
    }

    private static Buffer theta(Tape t, Buffer x, BlockContext p) {
        return p.project(t, x, "theta.conv");
    }

    private Buffer phi(Tape t, Buffer x, BlockContext p) {
        // b_φ adds θ_i·b_φ to every logit of row i, also after a max-pool; the softmax is invariant to it.
        return pooled(
                t, mode == Mode.EMBEDDED_GAUSSIAN ? p.projectBeforeSoftmax(t, x, phi()) : p.project(t, x, phi()), p);
    }

    private Buffer pooled(Tape t, Buffer x, BlockContext p) {
        if (!subSample) {
            return x;
        }
        Grid lie = p.grid();
        boolean line = grid == Grid.Kind.LINE;
        Checks.that(
                lie.width() >= 2 && (line || lie.height() >= 2),
                line
                        ? "subSample pools 2 positions and needs a sequence of at least 2, not " + lie
                        : "subSample pools 2×2 and needs a grid of at least 2×2 positions, not %d×%d"
                                .formatted(lie.height(), lie.width()));
        return t.images().maxPool(x, lie.height(), lie.width());
    }

    /** The factor on the logits; 1 in gaussian mode, whose scale is none. */
    public float logitScale() {
        return switch (scale) {
            case NONE -> 1f;
            case INNER -> (float) (1 / Math.sqrt(inner()));
            case CHANNELS -> (float) (1 / Math.sqrt(channels));
        };
    }
}
