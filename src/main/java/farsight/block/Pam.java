package farsight.block;

import farsight.block.NonLocal.Attention;
import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.List;
import java.util.Optional;

/**
 * DANet's position attention module, a non-local block whose values keep all C channels:
 *
 * <pre>
 *   Q = query_conv(X), K = key_conv(X)      [N, c],  V = value_conv(X)   [N, C]
 *   A = softmax_rows(Q·Kᵀ)                  [N, N]
 *   Y = X + γ·(A·V)                         [N, C]
 * </pre>
 *
 * <p>The convolutions are 1×1 with bias, c = max(⌊C / reduction⌋, 1), and the logits have no scale. γ starts at 0.
 * Unlike {@link NonLocal} it does not store A by default. {@code key_conv.bias} shifts every logit of a row alike, so
 * its gradient is 0.
 *
 * <p>Source: Dual Attention Network for Scene Segmentation (Fu et al., CVPR 2019); parameter names of junfu1115/DANet
 * encoding/nn/da_att.py, {@code PAM_Module}, which has reduction 8.
 *
 * @param channels C
 * @param reduction C / c
 * @param attention whether A is stored
 */
public record Pam(int channels, int reduction, Attention attention) implements Block, Pairwise {

    private static final int REDUCTION = 8;

    /** Checks the options. */
    public Pam {
        Checks.positive("channels", channels);
        Checks.positive("reduction", reduction);
    }

    /** The source's reduction of 8, without A stored. */
    public static Pam of(int channels) {
        return new Pam(channels, REDUCTION, Attention.STREAMING);
    }

    /** With A stored or not. */
    public Pam withAttention(Attention newAttention) {
        return new Pam(channels, reduction, newAttention);
    }

    /** c. */
    public int inner() {
        return Math.max(channels / reduction, 1);
    }

    @Override
    public String kind() {
        return "pam";
    }

    @Override
    public List<Parameter> parameters() {
        return Parameter.gatedAttention(channels, inner());
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        Buffer values = p.project(t, x, "value_conv");
        Buffer queries = p.project(t, x, "query_conv");
        Buffer keys = p.projectBeforeSoftmax(t, x, "key_conv");
        Buffer attended = attention == Attention.STREAMING
                ? t.attention().flash(queries, keys, values, 1f)
                : t.attention().stored(queries, keys, values, 1f);
        p.show(new AttentionFactors.Pairs(queries, keys, values, attended));
        return t.scaledResidual(x, attended, p.of("gamma"));
    }

    /** A, [B, N, N]. */
    @Override
    public Buffer affinity(Tape t, Buffer queries, Buffer keys) {
        return t.softmaxRows(t.matMulRightTransposed(queries, keys, 1f), 1f);
    }

    @Override
    public boolean softmax() {
        return true;
    }

    @Override
    public Optional<Block> streaming() {
        return attention == Attention.FULL ? Optional.of(withAttention(Attention.STREAMING)) : Optional.empty();
    }

    @Override
    public Optional<Logits> logits() {
        return Optional.of(
                new Logits.Pairs(new Logits.Vectors("query_conv", false), new Logits.Vectors("key_conv", false), 1));
    }

    /** Its entry. */
    static final class Kind implements BlockKind<Pam> {

        @Override
        public String name() {
            return "pam";
        }

        @Override
        public Class<Pam> type() {
            return Pam.class;
        }

        @Override
        public Look look() {
            return new Look("PAM", 0xD0006F);
        }

        @Override
        public Growth growth(Pam block) {
            return block.attention == Attention.FULL ? Growth.PAIRS : Growth.POSITIONS;
        }

        @Override
        public List<String> fields() {
            return List.of("reduction", "attention");
        }

        @Override
        public Pam read(SpecFields fields, int channels) {
            return new Pam(
                    channels, fields.integer("reduction", REDUCTION), fields.choice("attention", Attention.STREAMING));
        }

        @Override
        public void write(Pam block, SpecWriter spec) {
            spec.set("reduction", block.reduction).set("attention", block.attention);
        }

        @Override
        public List<Variant> variants() {
            return List.of(new Variant("pam-full", "{\"attention\": \"full\"}"));
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("query_conv.weight", "key_conv.weight", "value_conv.weight", "gamma"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            int inner = tensors.extent("query_conv.weight", 0);
            int channels = tensors.extent("query_conv.weight", 1);
            int reduction = StateDict.reduction(channels, inner);
            return Optional.of(new Recognised(
                    new Pam(channels, reduction, Attention.STREAMING),
                    List.of(new Recognised.Open("attention", "streaming", "full computes the same, and stores A"))));
        }
    }
}
