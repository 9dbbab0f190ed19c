package farsight.block;

import farsight.op.F64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The forward pass of every block in float64, from the papers' equations: full matrices, nothing fused, no cancelling
 * term left out. Its differences give gradients.
 */
final class Reference {
    private Reference() {}

    /** y, [B, N, C]. */
    static F64 forward(BlockRun run) {
        return forward(run, x(run), weights(run));
    }

    static F64 x(BlockRun run) {
        return F64.of(run.program(Pass.FORWARD).x().shape(), run.x());
    }

    static Map<String, F64> weights(BlockRun run) {
        Map<String, F64> weights = new LinkedHashMap<>();
        run.block()
                .parameters()
                .forEach(p -> weights.put(
                        p.name(),
                        F64.of(p.shape(), Objects.requireNonNull(run.weights().get(p.name())))));
        return weights;
    }

    /** y of another x and other weights, for differences; values without a gradient are those of the run. */
    static F64 forward(BlockRun run, F64 x, Map<String, F64> weights) {
        AffinityEquations affinity = new AffinityEquations(weights, run.grid());
        LatentEquations latent = new LatentEquations(weights, run);
        ContextEquations context = new ContextEquations(weights);
        return switch (run.block()) {
            case Dense d -> affinity.dense(d, x);
            case NonLocal n -> affinity.nonLocal(n, x);
            case Pam p -> affinity.pam(x);
            case Cam c -> affinity.cam(x);
            case Efficient e -> latent.efficient(e, x);
            case DoubleAttention d -> latent.doubleAttention(d, x);
            case CrissCross c -> affinity.crissCross(c, x);
            case Nystrom n -> latent.nystrom(n, x);
            case Ema e -> latent.ema(e, x);
            case Snl s -> context.snl(x);
            case Gc g -> context.gc(g, x);
            case Se s -> context.se(s, x);
            case LatentGnnTalk l -> latent.talk(x);
            case LatentGnn l -> latent.latentGnn(l, x);
            default -> throw new AssertionError(run.block().kind());
        };
    }
}
