package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Attended;
import farsight.tape.Tape;
import java.util.List;
import java.util.Optional;

/**
 * LatentGNN as its equations 3 to 10 state it, with one kernel of d latent nodes:
 *
 * <pre>
 *   Ψ = l2_positions(ReLU(X·Θᵀ))        [N, d]   affinity of each position to each latent node
 *   Z = Ψᵀ·X·W                          [d, C]   visible to latent
 *   F = softmax_rows(cos(Z, Z))         [d, d]   latent to latent
 *   X̃ = ReLU(Ψ·F·Z),  Y = X + λ·X̃      [N, C]   latent to visible
 * </pre>
 *
 * <p>Together: A(X) = Ψ·F·Ψᵀ at O(N·d) instead of O(N²). The equations leave the normalisation of Ψ and the form of F
 * open; here they are as in the released code.
 *
 * <p>Source: LatentGNN (Zhang, He, Yan; ICML 2019). Parameters: {@code theta} Θ [d, C], {@code
 * weight} W [C, C] multiplied from the right, {@code lambda} λ.
 *
 * @param channels C
 * @param latentDims d, one entry
 */
public record LatentGnnTalk(int channels, List<Integer> latentDims) implements Block {

    /** Checks the options. */
    public LatentGnnTalk {
        latentDims = List.copyOf(latentDims);
        Checks.positive("channels", channels);
        Checks.that(
                latentDims.size() == 1,
                "latentDims must have one entry in latentgnn-talk, not %d".formatted(latentDims.size()));
        Checks.positive("latentDims", latentDims.getFirst());
    }

    /** One kernel of d latent nodes. */
    public static LatentGnnTalk of(int channels, int d) {
        return new LatentGnnTalk(channels, List.of(d));
    }

    @Override
    public String kind() {
        return "latentgnn-talk";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.matrix("theta", latentDims.getFirst(), channels),
                Parameter.matrix("weight", channels, channels),
                Parameter.scalar("lambda"));
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        if (t.purpose().nothingElse()) {
            return t.scaledResidual(x, t.relu(throughNodes(t, x, p)), p.of("lambda"));
        }
        Buffer psi = t.l2Positions(t.project(x, p.of("theta"), null), true);
        // (Ψᵀ·X)·W is equal to Ψᵀ·(X·W), and needs no buffer of N·C.
        Buffer z = t.matMul(t.matMulLeftTransposed(psi, x), p.of("weight"));
        Buffer latent = LatentGnn.latentAffinity(t, z);
        Buffer gathered = t.matMul(psi, t.matMul(latent, z));
        p.show(new AttentionFactors.LatentNodes(List.of(new AttentionFactors.Kernel(psi, latent, psi, x, gathered))));
        return t.scaledResidual(x, t.relu(gathered), p.of("lambda"));
    }

    /** Ψ·F·Ψᵀ·X·W without storing Ψ. */
    private static Buffer throughNodes(Tape t, Buffer x, BlockContext p) {
        Buffer theta = p.of("theta");
        Attended gathered = t.attention().l2Relu(theta, x, x, true);
        Buffer z = t.matMul(gathered.y(), p.of("weight"));
        Buffer mixed = t.matMul(LatentGnn.latentAffinity(t, z), z);
        // Each latent node's norm runs over the positions; it divides the node's row before the scatter.
        return t.attention()
                .l2Relu(x, theta, t.rowDivide(mixed, gathered.norms()), false)
                .y();
    }

    /** Its entry. */
    static final class Kind implements BlockKind<LatentGnnTalk> {

        @Override
        public String name() {
            return "latentgnn-talk";
        }

        @Override
        public Class<LatentGnnTalk> type() {
            return LatentGnnTalk.class;
        }

        @Override
        public Look look() {
            return new Look("LatentGNN of the talk", 0x5B2C8F);
        }

        @Override
        public Growth growth(LatentGnnTalk block) {
            return Growth.NODES;
        }

        @Override
        public List<String> fields() {
            return List.of("latentDims");
        }

        @Override
        public LatentGnnTalk read(SpecFields fields, int channels) {
            return new LatentGnnTalk(channels, fields.integers("latentDims"));
        }

        @Override
        public void write(LatentGnnTalk block, SpecWriter spec) {
            spec.set("latentDims", block.latentDims);
        }

        @Override
        public Optional<Latent> latent() {
            return Optional.of(new Latent(List.of("latentDims"), true));
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("theta", "weight", "lambda"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            return Optional.of(
                    new Recognised(LatentGnnTalk.of(tensors.extent("theta", 1), tensors.extent("theta", 0))));
        }
    }
}
