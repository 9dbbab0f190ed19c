package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Non-local block with its softmax affinity approximated through m landmarks. A landmark is the mean of one of m
 * runs of consecutive positions; Q̃ and K̃ are the landmarks of Q and K.
 *
 * <pre>
 *   Q = θ(X), K = φ(X), V = g(X)                                     [N, c]
 *   F = softmax_rows(Q·K̃ᵀ/√c)                                        [N, m]
 *   A = softmax_rows(Q̃·K̃ᵀ/√c)                                        [m, m]
 *   R = softmax_rows(Q̃·Kᵀ/√c)                                        [m, N]
 *   Z₀ = Aᵀ / max_j Σ_i A_ij,  P = A·Z,
 *   Z ← ¼·Z·(13·I − P·(15·I − P·(7·I − P))), iterations times         [m, m], towards A's inverse
 *   Y = X + W_out·(F·Z·R·V)                                          [N, C]
 * </pre>
 *
 * <p>θ, φ, g and W_out are 1×1 convolutions with bias, c = max(C / reduction, 1). Runs follow the order of the
 * positions, on a grid row by row. With m ≥ N the attention is exact. Memory is O(N·m) instead of O(N²).
 *
 * <p>Source: Nyströmformer (Xiong et al., AAAI 2021), one head; runs as in mlpen/Nystromformer
 * ImageNet/T2T-ViT/models/token_nystromformer.py, with one norm per sample, its option "exact". Parameter names as in
 * {@link NonLocal} without sub-sampling.
 *
 * @param channels C
 * @param reduction C / c
 * @param landmarks m
 * @param iterations steps towards the inverse, at most 1,000
 */
public record Nystrom(int channels, int reduction, int landmarks, int iterations) implements Block {

    /** Checks the options. */
    public Nystrom {
        Checks.positive("channels", channels);
        Checks.positive("reduction", reduction);
        Checks.positive("landmarks", landmarks);
        Checks.repeats("iterations", iterations);
    }

    /** Reduction 2, and the paper's 6 iterations. */
    public static Nystrom of(int channels, int landmarks) {
        return new Nystrom(channels, 2, landmarks, 6);
    }

    /** c. */
    public int inner() {
        return Math.max(channels / reduction, 1);
    }

    @Override
    public String kind() {
        return "nystrom";
    }

    @Override
    public List<Integer> latentDims() {
        return List.of(landmarks);
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        for (String name : List.of("g.conv", "theta.conv", "phi.conv")) {
            all.addAll(Parameter.projection(name, inner(), channels, Parameter.Init.FAN_IN));
        }
        all.addAll(Parameter.projection("conv_out.conv", channels, inner(), Parameter.Init.ZERO));
        return all;
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        Buffer q = p.project(t, x, "theta.conv");
        // The bias shifts all logits of a row alike in each of the three softmaxes; they are invariant to it.
        Buffer k = p.projectBeforeSoftmax(t, x, "phi.conv");
        Buffer v = p.project(t, x, "g.conv");
        Buffer gathered = landmarks >= x.shape().rows() ? exact(t, q, k, v) : throughLandmarks(t, q, k, v, p);
        return t.residual(x, p.project(t, gathered, "conv_out.conv"));
    }

    private float scale() {
        return (float) (1 / Math.sqrt(inner()));
    }

    private Buffer exact(Tape t, Buffer q, Buffer k, Buffer v) {
        return t.matMul(t.softmaxRows(t.matMulRightTransposed(q, k, 1f), scale()), v);
    }

    private Buffer throughLandmarks(Tape t, Buffer q, Buffer k, Buffer v, BlockContext p) {
        Buffer queries = t.runMeans(q, landmarks);
        Buffer keys = t.runMeans(k, landmarks);
        Buffer scatter = t.softmaxRows(t.matMulRightTransposed(q, keys, 1f), scale());
        Buffer a = t.softmaxRows(t.matMulRightTransposed(queries, keys, 1f), scale());
        // Rᵀ, [N, m].
        Buffer gather = t.softmaxPositions(t.matMulRightTransposed(k, queries, scale()));
        Buffer z = inverse(t, a);
        // F·(Z·(R·V)): only the products with F and R have N rows.
        Buffer gathered = t.matMul(scatter, t.matMul(z, t.matMulLeftTransposed(gather, v)));
        p.show(new AttentionFactors.LatentNodes(List.of(new AttentionFactors.Kernel(scatter, z, gather, v, gathered))));
        return gathered;
    }

    /** Z after the iterations: a polynomial of degree 4 in P = A·Z each. */
    private Buffer inverse(Tape t, Buffer a) {
        Buffer z = t.transposeOverNorm(a);
        for (int i = 0; i < iterations; i++) {
            Buffer product = t.matMul(a, z);
            Buffer inner = t.plusIdentity(t.matMul(product, t.plusIdentity(product, -1f, 7f)), -1f, 15f);
            z = t.matMul(z, t.plusIdentity(t.matMul(product, inner), -0.25f, 3.25f));
        }
        return z;
    }

    /**
     * Its entry. Its tensors are {@link NonLocal}'s and determine neither landmarks nor iterations: a checkpoint's block
     * is guessed to be {@link NonLocal}, and this one is named beside it.
     */
    static final class Kind implements BlockKind<Nystrom> {

        /** The paper's number of landmarks, for a block whose tensors leave it open. */
        private static final int USUAL_LANDMARKS = 64;

        @Override
        public String name() {
            return "nystrom";
        }

        @Override
        public Class<Nystrom> type() {
            return Nystrom.class;
        }

        @Override
        public Look look() {
            return new Look("Nyström", 0x366B14);
        }

        @Override
        public Growth growth(Nystrom block) {
            return Growth.NODES;
        }

        @Override
        public List<String> fields() {
            return List.of("reduction", "landmarks", "iterations");
        }

        @Override
        public Nystrom read(SpecFields fields, int channels) {
            return new Nystrom(
                    channels,
                    fields.integer("reduction", 2),
                    fields.integer("landmarks"),
                    fields.integer("iterations", 6));
        }

        @Override
        public void write(Nystrom block, SpecWriter spec) {
            spec.set("reduction", block.reduction)
                    .set("landmarks", block.landmarks)
                    .set("iterations", block.iterations);
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("conv_out.conv.weight", "g.conv.weight", "theta.conv.weight", "phi.conv.weight"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            int channels = tensors.extent("conv_out.conv.weight", 0);
            int inner = tensors.extent("conv_out.conv.weight", 1);
            return Optional.of(new Recognised(
                    new Nystrom(channels, StateDict.reduction(channels, inner), USUAL_LANDMARKS, 6),
                    List.of(
                            new Recognised.Open("landmarks", "" + USUAL_LANDMARKS, "any number has the same tensors"),
                            new Recognised.Open("iterations", "6", "any number has the same tensors"))));
        }

        @Override
        public Optional<Latent> latent() {
            return Optional.of(new Latent(List.of("landmarks"), false));
        }
    }
}
