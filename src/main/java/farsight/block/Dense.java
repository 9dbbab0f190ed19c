package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.List;
import java.util.Optional;

/**
 * The dense GNN with the full affinity: X̃ = ReLU(A(X)·X·W), Y = X + λ·X̃, with A(X) = X·Xᵀ/N
 * (count) or its row softmax. Stores A, N×N.
 *
 * <p>Source: LatentGNN (Zhang, He, Yan; ICML 2019), equations 1 and 2. Parameters: {@code weight}
 * W [C, C], multiplied from the right; {@code lambda} λ.
 *
 * @param channels C
 * @param normalizer how the affinity is normalised
 */
public record Dense(int channels, Normalizer normalizer) implements Block, Pairwise {

    /** 1/Z of equation 1. */
    public enum Normalizer {
        /** X·Xᵀ divided by N. */
        COUNT,
        /** Softmax of each row of X·Xᵀ. */
        SOFTMAX
    }

    /** Checks the options. */
    public Dense {
        Checks.positive("channels", channels);
    }

    /** The equation as printed, normalised by the count. */
    public static Dense of(int channels) {
        return new Dense(channels, Normalizer.COUNT);
    }

    @Override
    public String kind() {
        return "dense";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.matrix("weight", channels, channels), Parameter.scalar("lambda"));
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        Buffer a = affinity(t, x, x);
        Buffer message = t.matMul(x, p.of("weight"));
        Buffer gathered = t.matMul(a, message);
        p.show(new AttentionFactors.Pairs(x, x, message, gathered));
        return t.scaledResidual(x, t.relu(gathered), p.of("lambda"));
    }

    @Override
    public Buffer affinity(Tape t, Buffer queries, Buffer keys) {
        return switch (normalizer) {
            case COUNT ->
                t.matMulRightTransposed(queries, keys, 1f / keys.shape().rows());
            case SOFTMAX -> t.softmaxRows(t.matMulRightTransposed(queries, keys, 1f), 1f);
        };
    }

    @Override
    public boolean softmax() {
        return normalizer == Normalizer.SOFTMAX;
    }

    @Override
    public Optional<Logits> logits() {
        Logits.Vectors x = new Logits.Vectors(null, false);
        return softmax() ? Optional.of(new Logits.Pairs(x, x, 1)) : Optional.empty();
    }

    /** Its entry. */
    static final class Kind implements BlockKind<Dense> {

        @Override
        public String name() {
            return "dense";
        }

        @Override
        public Class<Dense> type() {
            return Dense.class;
        }

        @Override
        public Look look() {
            return new Look("Dense GNN", 0x1A1A1A);
        }

        @Override
        public Growth growth(Dense block) {
            return Growth.PAIRS;
        }

        @Override
        public List<String> fields() {
            return List.of("normalizer");
        }

        @Override
        public Dense read(SpecFields fields, int channels) {
            return new Dense(channels, fields.choice("normalizer", Normalizer.COUNT));
        }

        @Override
        public void write(Dense block, SpecWriter spec) {
            spec.set("normalizer", block.normalizer);
        }

        @Override
        public List<Variant> variants() {
            return List.of(new Variant("dense-softmax", "{\"normalizer\": \"softmax\"}"));
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("weight", "lambda"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            if (tensors.has("theta")) {
                // These are LatentGnnTalk's tensors.
                return Optional.empty();
            }
            return Optional.of(new Recognised(
                    Dense.of(tensors.extent("weight", 0)),
                    List.of(new Recognised.Open("normalizer", "count", "softmax has the same tensors"))));
        }
    }
}
