package farsight.peers.torch;

import static farsight.peers.torch.Locals.then;

import farsight.block.Block;
import farsight.block.Gc;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import java.util.Map;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.NormalizeFuncOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The blocks as they are written in PyTorch: 1×1 convolutions and products of [B, C, H, W]. */
final class TorchBlocks {

    private static final long[] ONE = {1, 1};
    private static final long[] NONE = {0, 0};

    private TorchBlocks() {}

    /** The same block. */
    static TorchGradients.Module of(Block block) {
        return switch (block) {
            case LatentGnn b -> TorchBlocks::latentGnn;
            case NonLocal b ->
                b.attention() == NonLocal.Attention.FULL ? TorchBlocks::nonLocal : TorchBlocks::nonLocalSdpa;
            case Gc b -> (x, w) -> gc(x, w, b.bottleneck());
            default -> throw new IllegalArgumentException("no peer of " + block);
        };
    }

    /** Zeros around, with bias. */
    static Tensor convolution3x3(Tensor x, Map<String, Tensor> w) {
        try (TensorOptional bias = new TensorOptional(w.get("bias"))) {
            return torch.conv2d(x, w.get("weight"), bias, ONE, ONE, ONE, 1);
        }
    }

    /** Asymmetric, one kernel, no norm layers, no graph convolution, with residual. */
    private static Tensor latentGnn(Tensor x, Map<String, Tensor> w) {
        try (Locals at = new Locals()) {
            Tensor v2l = at.let(then(conv(x, w, "down_channel_v2l.0"), t -> normalize(t, 1)));
            Tensor l2v = at.let(then(conv(x, w, "down_channel_l2v.0"), t -> normalize(t, 1)));
            Tensor visible = at.let(latentKernel(v2l, l2v, w));
            Tensor up = at.let(conv(visible, w, "up_channel.0"));
            return then(up.mul(w.get("gamma")), x::add);
        }
    }

    private static Tensor latentKernel(Tensor v2l, Tensor l2v, Map<String, Tensor> w) {
        long height = v2l.size(2);
        long width = v2l.size(3);
        long batch = v2l.size(0);
        long n = height * width;
        try (Locals at = new Locals()) {
            Tensor gather = at.let(then(then(psi(v2l, w, "psi_v2l"), t -> t.view(batch, -1, n)), t -> normalize(t, 2)));
            Tensor scatter =
                    at.let(then(then(psi(l2v, w, "psi_l2v"), t -> t.view(batch, -1, n)), t -> normalize(t, 1)));
            Tensor latent =
                    at.let(then(then(v2l.view(batch, -1, n), t -> t.permute(0, 2, 1)), t -> torch.bmm(gather, t)));
            Tensor unit = at.let(normalize(latent, -1));
            Tensor affinity =
                    at.let(then(then(unit.permute(0, 2, 1), t -> torch.bmm(unit, t)), t -> torch.softmax(t, -1)));
            Tensor passed = at.let(torch.bmm(affinity, latent));
            Tensor visible = then(passed.permute(0, 2, 1), t -> torch.bmm(t, scatter));
            return then(visible, t -> t.view(batch, -1, height, width));
        }
    }

    private static Tensor psi(Tensor x, Map<String, Tensor> w, String name) {
        Tensor y = conv(x, w, "LatentGNN_Kernel_0." + name + ".0");
        y.relu_();
        return y;
    }

    /** Embedded Gaussian, logits divided by √c, P stored. */
    private static Tensor nonLocal(Tensor x, Map<String, Tensor> w) {
        try (Locals at = new Locals();
                Scalar root = new Scalar(Math.sqrt(inner(w)))) {
            Tensor g = at.let(rows(x, w, "g.conv"));
            Tensor theta = at.let(rows(x, w, "theta.conv"));
            Tensor phi = at.let(then(conv(x, w, "phi.conv"), t -> t.view(x.size(0), inner(w), -1)));
            Tensor logits = torch.bmm(theta, phi);
            logits.div_(root);
            Tensor weights = at.let(then(logits, t -> torch.softmax(t, -1)));
            return attended(x, w, torch.bmm(weights, g));
        }
    }

    /** The same by {@code F.scaled_dot_product_attention}, whose kernel for CPUs wants channels side by side. */
    private static Tensor nonLocalSdpa(Tensor x, Map<String, Tensor> w) {
        try (Locals at = new Locals();
                TensorOptional mask = new TensorOptional();
                DoubleOptional scale = new DoubleOptional()) {
            Tensor g = at.let(heads(x, w, "g.conv"));
            Tensor theta = at.let(heads(x, w, "theta.conv"));
            Tensor phi = at.let(heads(x, w, "phi.conv"));
            Tensor y = torch.scaled_dot_product_attention(theta, phi, g, mask, 0, false, scale, false);
            return attended(x, w, then(y, t -> t.view(x.size(0), -1, inner(w))));
        }
    }

    /** x + W_out·y, with y [B, N, c]. */
    private static Tensor attended(Tensor x, Map<String, Tensor> w, Tensor y) {
        Tensor grid = then(
                then(then(y, t -> t.permute(0, 2, 1)), Tensor::contiguous),
                t -> t.view(x.size(0), inner(w), x.size(2), x.size(3)));
        return then(then(grid, t -> conv(t, w, "conv_out.conv")), x::add);
    }

    /** [B, N, c], a view. */
    private static Tensor rows(Tensor x, Map<String, Tensor> w, String name) {
        return then(then(conv(x, w, name), t -> t.view(x.size(0), inner(w), -1)), t -> t.permute(0, 2, 1));
    }

    /** [B, 1, N, c]. */
    private static Tensor heads(Tensor x, Map<String, Tensor> w, String name) {
        return then(then(rows(x, w, name), Tensor::contiguous), t -> t.unsqueeze(1));
    }

    private static long inner(Map<String, Tensor> w) {
        return w.get("theta.conv.weight").size(0);
    }

    /** Attention pooling, added. */
    private static Tensor gc(Tensor x, Map<String, Tensor> w, long planes) {
        long channels = x.size(1);
        long n = x.size(2) * x.size(3);
        try (Locals at = new Locals()) {
            Tensor context = at.let(pooled(x, w, channels, n));
            Tensor narrow = conv(context, w, "channel_add_conv.0");
            Tensor normed = then(narrow, t -> layerNorm(t, w, "channel_add_conv.1", planes));
            normed.relu_();
            Tensor term = at.let(then(normed, t -> conv(t, w, "channel_add_conv.3")));
            return x.add(term);
        }
    }

    private static Tensor pooled(Tensor x, Map<String, Tensor> w, long channels, long n) {
        try (Locals at = new Locals()) {
            Tensor features = at.let(then(x.view(x.size(0), channels, n), t -> t.unsqueeze(1)));
            Tensor logits = then(conv(x, w, "conv_mask"), t -> t.view(x.size(0), 1, n));
            Tensor mask = at.let(then(then(logits, t -> torch.softmax(t, 2)), t -> t.unsqueeze(-1)));
            return then(torch.matmul(features, mask), t -> t.view(x.size(0), channels, 1, 1));
        }
    }

    private static Tensor layerNorm(Tensor x, Map<String, Tensor> w, String name, long planes) {
        try (TensorOptional weight = new TensorOptional(w.get(name + ".weight"));
                TensorOptional bias = new TensorOptional(w.get(name + ".bias"))) {
            return torch.layer_norm(x, new long[] {planes, 1, 1}, weight, bias, 1e-5, true);
        }
    }

    private static Tensor conv(Tensor x, Map<String, Tensor> w, String name) {
        Tensor bias = w.get(name + ".bias");
        try (TensorOptional b = bias == null ? new TensorOptional() : new TensorOptional(bias)) {
            return torch.conv2d(x, w.get(name + ".weight"), b, ONE, NONE, ONE, 1);
        }
    }

    private static Tensor normalize(Tensor x, long dim) {
        try (NormalizeFuncOptions options = new NormalizeFuncOptions();
                LongPointer at = options.dim()) {
            at.put(dim);
            return torch.normalize(x, options);
        }
    }
}
