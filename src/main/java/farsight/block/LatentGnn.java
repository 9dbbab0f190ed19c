package farsight.block;

import farsight.block.spec.Checks;
import farsight.program.Buffer;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import java.util.ArrayList;
import java.util.List;

/**
 * LatentGNN as released: a mixture of K low-rank kernels on c = C / stride channels.
 *
 * <pre>
 *   Xv = l2_channels(Wv·X),  Xl = l2_channels(Wl·X)             [N, c]
 *   for every kernel k:
 *     Pv = l2_positions(ReLU(Θv·Xv)),  Pl = l2_latents(ReLU(Θl·Xl))  [N, d_k]
 *     Z = Pvᵀ·Xv                                                [d_k, c]
 *     F = softmax_rows(cos(Z, Z)),  Z̃ = F·Z                     [d_k, d_k], [d_k, c]
 *     V_k = Pl·Z̃,  with graph convolution ReLU(G·V_k)           [N, c]
 *   U = Wup·[V_1 … V_K],  Y = X + γ·U  (without residual: U)    [N, C]
 * </pre>
 *
 * <p>Symmetric: one projection and one Θ; the same P, with unit norm over the latent nodes, gathers and scatters. γ
 * starts at 0, where every inner gradient is 0 too.
 *
 * <p>Source, options and parameter names: latentgnn/LatentGNN-V1-PyTorch lib/latentgnn_v1.py. Its norm layers are an
 * option here, {@link Norm}, off by default.
 *
 * @param channels C
 * @param latentDims d of every kernel
 * @param channelStride C / c
 * @param mode one affinity for both directions, or one for each
 * @param graphConv a convolution and ReLU after each kernel
 * @param residual Y = X + γ·U, or U alone
 * @param norm batch norm after every convolution
 */
public record LatentGnn(
        int channels,
        List<Integer> latentDims,
        int channelStride,
        Mode mode,
        boolean graphConv,
        boolean residual,
        Norm norm)
        implements Block {

    /** Affinities of the two directions. */
    public enum Mode {
        /** Θv gathers, Θl scatters. */
        ASYMMETRIC,
        /** One Θ for both. */
        SYMMETRIC
    }

    /** Batch norm after every convolution. */
    public enum Norm {
        /** None. */
        NONE,
        /** Uses the statistics of the batch: training. */
        BATCH,
        /** Uses the running statistics as a constant affine map: inference, and detectors with small batches. */
        FROZEN
    }

    /** Checks the options. */
    public LatentGnn {
        latentDims = List.copyOf(latentDims);
        Checks.positive("channels", channels);
        Checks.positive("channelStride", channelStride);
        Checks.that(
                channels % channelStride == 0,
                "channels %d is not divisible by channelStride %d".formatted(channels, channelStride));
        Checks.that(!latentDims.isEmpty(), "latentDims is empty; it must have one entry per kernel");
        latentDims.forEach(d -> Checks.positive("latentDims", d));
    }

    /** The released defaults: asymmetric, stride 4, no graph convolution, with residual. */
    public static LatentGnn of(int channels, Integer... latentDims) {
        return new LatentGnn(channels, List.of(latentDims), 4, Mode.ASYMMETRIC, false, true, Norm.NONE);
    }

    /** With another stride. */
    public LatentGnn withChannelStride(int stride) {
        return new LatentGnn(channels, latentDims, stride, mode, graphConv, residual, norm);
    }

    /** With another mode. */
    public LatentGnn withMode(Mode newMode) {
        return new LatentGnn(channels, latentDims, channelStride, newMode, graphConv, residual, norm);
    }

    /** With or without the graph convolution. */
    public LatentGnn withGraphConv(boolean on) {
        return new LatentGnn(channels, latentDims, channelStride, mode, on, residual, norm);
    }

    /** With or without the residual. */
    public LatentGnn withResidual(boolean on) {
        return new LatentGnn(channels, latentDims, channelStride, mode, graphConv, on, norm);
    }

    /** With another norm. */
    public LatentGnn withNorm(Norm newNorm) {
        return new LatentGnn(channels, latentDims, channelStride, mode, graphConv, residual, newNorm);
    }

    /** c. */
    public int inner() {
        return channels / channelStride;
    }

    @Override
    public String kind() {
        return "latentgnn";
    }

    @Override
    public List<Parameter> parameters() {
        boolean asymmetric = mode == Mode.ASYMMETRIC;
        List<Parameter> all = new ArrayList<>();
        for (String name : asymmetric ? List.of("down_channel_v2l", "down_channel_l2v") : List.of("down_channel")) {
            addConvolution(all, name, inner(), channels, Parameter.Init.FAN_IN);
        }
        for (int k = 0; k < latentDims.size(); k++) {
            for (String psi : asymmetric ? List.of("psi_v2l", "psi_l2v") : List.of("psi")) {
                addConvolution(all, kernel(k, psi), latentDims.get(k), inner(), Parameter.Init.FAN_IN);
            }
            if (graphConv) {
                addConvolution(all, kernel(k, "GraphConvWeight"), inner(), inner(), Parameter.Init.SMALL);
            }
        }
        addConvolution(all, "up_channel", channels, (long) inner() * latentDims.size(), Parameter.Init.FAN_IN);
        all.add(Parameter.scalar("gamma"));
        return all;
    }

    private void addConvolution(List<Parameter> all, String name, long out, long in, Parameter.Init init) {
        all.add(Parameter.convolution(name + ".0.weight", out, in, init));
        if (norm == Norm.NONE) {
            return;
        }
        List<Parameter> affine = List.of(
                Parameter.vector(name + ".1.weight", out, Parameter.Init.ONE),
                Parameter.vector(name + ".1.bias", out, Parameter.Init.ZERO));
        if (norm == Norm.BATCH) {
            all.addAll(affine);
        } else {
            affine.forEach(a -> all.add(a.constant()));
            running(name + ".1", out).forEach(s -> all.add(s.parameter()));
        }
    }

    private static List<Statistic> running(String norm, long out) {
        return List.of(
                Statistic.runningMean(Parameter.vector(norm + ".running_mean", out, Parameter.Init.ZERO)
                        .buffer()),
                Statistic.runningVariance(Parameter.vector(norm + ".running_var", out, Parameter.Init.ONE)
                        .buffer()));
    }

    @Override
    public List<Statistic> statistics() {
        // A frozen norm reads the statistics, so there they are parameters.
        return norm != Norm.BATCH
                ? List.of()
                : parameters().stream()
                        .filter(p -> p.name().endsWith(".1.weight"))
                        .flatMap(p -> running(p.name().replaceFirst("\\.weight$", ""), p.elements()).stream())
                        .toList();
    }

    static String kernel(int k, String part) {
        return "LatentGNN_Kernel_" + k + "." + part;
    }

    /** Whether arrays hold the affinities to the latent nodes, N·d. */
    boolean stored() {
        return mode == Mode.SYMMETRIC || norm != Norm.NONE;
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        boolean stored = stored() || t.purpose() == Purpose.INSPECTION;
        List<Buffer> kernels = new ArrayList<>();
        List<Buffer> gathered = stored ? throughStored(t, x, p) : throughUnstored(t, x, p);
        for (int k = 0; k < gathered.size(); k++) {
            Buffer v = gathered.get(k);
            kernels.add(graphConv ? t.relu(convolved(t, v, p, kernel(k, "GraphConvWeight"))) : v);
        }
        Buffer v = t.concatenate(kernels);
        if (residual && norm == Norm.NONE) {
            return t.projectedResidual(x, v, p.of("up_channel.0.weight"), p.of("gamma"));
        }
        Buffer u = convolved(t, v, p, "up_channel");
        return residual ? t.scaledResidual(x, u, p.of("gamma")) : u;
    }

    /** V of every kernel, with Pv and Pl stored. */
    private List<Buffer> throughStored(Tape t, Buffer x, BlockContext p) {
        boolean symmetric = mode == Mode.SYMMETRIC;
        Buffer xv = unit(t, x, p, symmetric ? "down_channel" : "down_channel_v2l", false);
        Buffer xl = symmetric ? xv : unit(t, x, p, "down_channel_l2v", false);
        List<AttentionFactors.Kernel> kernels = new ArrayList<>();
        for (int k = 0; k < latentDims.size(); k++) {
            Buffer gather = symmetric
                    ? unit(t, xv, p, kernel(k, "psi"), true)
                    : t.l2Positions(convolved(t, xv, p, kernel(k, "psi_v2l")), true);
            Buffer z = t.matMulLeftTransposed(gather, xv);
            Buffer latent = latentAffinity(t, z);
            Buffer mixed = t.matMul(latent, z);
            // Recorded as late as possible, so that in the backward pass its gradient directly follows v's.
            Buffer scatter = symmetric ? gather : unit(t, xl, p, kernel(k, "psi_l2v"), true);
            kernels.add(new AttentionFactors.Kernel(scatter, latent, gather, xv, t.matMul(scatter, mixed)));
        }
        p.show(new AttentionFactors.LatentNodes(kernels));
        return kernels.stream().map(AttentionFactors.Kernel::gathered).toList();
    }

    /**
     * V of every kernel, without storing Pv and Pl. The rows of Pvᵀ have unit norm over the positions, and the rows of
     * Pl over the latent nodes. So one operation serves both directions, with the latent nodes' vectors Θ as its
     * queries or as its keys.
     */
    private List<Buffer> throughUnstored(Tape t, Buffer x, BlockContext p) {
        Buffer xv = unit(t, x, p, "down_channel_v2l", false);
        List<Buffer> mixed = new ArrayList<>();
        for (int k = 0; k < latentDims.size(); k++) {
            Buffer z = t.attention()
                    .l2Relu(p.of(kernel(k, "psi_v2l") + ".0.weight"), xv, xv, true)
                    .y();
            mixed.add(t.matMul(latentAffinity(t, z), z));
        }
        Buffer xl = unit(t, x, p, "down_channel_l2v", false);
        List<Buffer> gathered = new ArrayList<>();
        for (int k = 0; k < latentDims.size(); k++) {
            Buffer theta = p.of(kernel(k, "psi_l2v") + ".0.weight");
            gathered.add(t.attention().l2Relu(xl, theta, mixed.get(k), true).y());
        }
        return gathered;
    }

    /** The named 1×1 convolution and its norm, then a ReLU if asked, scaled to unit length at every position. */
    private Buffer unit(Tape t, Buffer x, BlockContext p, String name, boolean relu) {
        return norm == Norm.NONE
                ? t.projectToUnitRows(x, p.of(name + ".0.weight"), relu)
                : t.l2Rows(convolved(t, x, p, name), relu);
    }

    /** The named 1×1 convolution and its norm. */
    private Buffer convolved(Tape t, Buffer x, BlockContext p, String name) {
        Buffer y = t.project(x, p.of(name + ".0.weight"), null);
        return switch (norm) {
            case NONE -> y;
            case BATCH -> p.batchNorm(t, y, name + ".1");
            case FROZEN ->
                t.frozenNorm(
                        y,
                        p.of(name + ".1.running_mean"),
                        p.of(name + ".1.running_var"),
                        p.of(name + ".1.weight"),
                        p.of(name + ".1.bias"));
        };
    }

    /** F = softmax_rows(cos(Z, Z)) of latent nodes Z [B, d, c]. */
    static Buffer latentAffinity(Tape t, Buffer z) {
        Buffer unit = t.l2Rows(z, false);
        return t.softmaxRows(t.matMulRightTransposed(unit, unit, 1f), 1f);
    }
}
