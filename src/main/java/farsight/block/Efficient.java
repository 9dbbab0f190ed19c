package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Efficient attention: keys gather the positions into a small context, and queries read from it.
 *
 * <pre>
 *   K = keys(X), Q = queries(X)   [N, ck],   V = values(X)   [N, cv]
 *   for every head i, on its ck/h columns of K and Q and its cv/h columns of V:
 *     ρ = softmax_N(K_i), each column over the positions      [N, ck/h]
 *     q = softmax_rows(Q_i), each position over the columns   [N, ck/h]
 *     O_i = q·(ρᵀ·V_i)                                        [N, cv/h]
 *   Y = X + reprojection([O_1 … O_h])                         [N, C]
 * </pre>
 *
 * <p>It has LatentGNN's structure: the ck/h columns are a head's latent nodes, softmaxes replace the unit norms, and
 * nothing stands between gathering and scattering. The convolutions are 1×1 with bias. {@code keys.bias} shifts every
 * logit of a column alike, so its gradient is 0.
 *
 * <p>Source: Efficient Attention (Shen et al., WACV 2021); parameter names of cmsflash/efficient-attention
 * efficient_attention.py.
 *
 * @param channels C
 * @param keyChannels ck
 * @param valueChannels cv
 * @param heads h, a divisor of ck and of cv
 */
public record Efficient(int channels, int keyChannels, int valueChannels, int heads) implements Block {

    /** Checks the options. */
    public Efficient {
        Checks.positive("channels", channels);
        Checks.positive("keyChannels", keyChannels);
        Checks.positive("valueChannels", valueChannels);
        Checks.positive("heads", heads);
        Checks.that(
                keyChannels % heads == 0, "keyChannels %d is not divisible by heads %d".formatted(keyChannels, heads));
        Checks.that(
                valueChannels % heads == 0,
                "valueChannels %d is not divisible by heads %d".formatted(valueChannels, heads));
    }

    /** One head with ck = cv = {@code inner}. */
    public static Efficient of(int channels, int inner) {
        return new Efficient(channels, inner, inner, 1);
    }

    /** With another number of heads. */
    public Efficient withHeads(int number) {
        return new Efficient(channels, keyChannels, valueChannels, number);
    }

    @Override
    public String kind() {
        return "efficient";
    }

    /** ck/h, for every head. */
    @Override
    public List<Integer> latentDims() {
        return Collections.nCopies(heads, keyChannels / heads);
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.addAll(Parameter.projection("keys", keyChannels, channels, Parameter.Init.FAN_IN));
        all.addAll(Parameter.projection("queries", keyChannels, channels, Parameter.Init.FAN_IN));
        all.addAll(Parameter.projection("values", valueChannels, channels, Parameter.Init.FAN_IN));
        all.addAll(Parameter.projection("reprojection", channels, valueChannels, Parameter.Init.ZERO));
        return all;
    }

    @Override
    public Optional<Logits> logits() {
        return Optional.of(new Logits.Maps(List.of("keys", "queries")));
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        Buffer values = p.project(t, x, "values");
        Buffer keys = t.softmaxPositions(p.projectBeforeSoftmax(t, x, "keys"));
        Buffer queries = p.project(t, x, "queries");
        List<AttentionFactors.Kernel> kernels = new ArrayList<>();
        for (int i = 0; i < heads; i++) {
            Buffer v = head(t, values, i);
            Buffer gather = head(t, keys, i);
            Buffer scatter = t.softmaxRows(head(t, queries, i), 1f);
            Buffer gathered = t.matMul(scatter, t.matMulLeftTransposed(gather, v));
            kernels.add(new AttentionFactors.Kernel(scatter, null, gather, v, gathered));
        }
        p.show(new AttentionFactors.LatentNodes(kernels));
        Buffer joined = t.concatenate(
                kernels.stream().map(AttentionFactors.Kernel::gathered).toList());
        return t.residual(x, p.project(t, joined, "reprojection"));
    }

    /** The columns of head i. */
    private Buffer head(Tape t, Buffer all, int i) {
        long width = all.shape().cols() / heads;
        return heads == 1 ? all : t.slice(all, i * width, width);
    }

    /** Its entry. */
    static final class Kind implements BlockKind<Efficient> {

        @Override
        public String name() {
            return "efficient";
        }

        @Override
        public Class<Efficient> type() {
            return Efficient.class;
        }

        @Override
        public Look look() {
            return new Look("Efficient attention", 0x3F5E00);
        }

        @Override
        public Growth growth(Efficient block) {
            return Growth.NODES;
        }

        @Override
        public List<String> fields() {
            return List.of("keyChannels", "valueChannels", "heads");
        }

        @Override
        public Efficient read(SpecFields fields, int channels) {
            return new Efficient(
                    channels,
                    fields.integer("keyChannels"),
                    fields.integer("valueChannels"),
                    fields.integer("heads", 1));
        }

        @Override
        public void write(Efficient block, SpecWriter spec) {
            spec.set("keyChannels", block.keyChannels)
                    .set("valueChannels", block.valueChannels)
                    .set("heads", block.heads);
        }

        @Override
        public Optional<Latent> latent() {
            return Optional.of(new Latent(List.of("keyChannels", "valueChannels"), false));
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("reprojection.weight", "keys.weight", "queries.weight", "values.weight"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            Efficient block = new Efficient(
                    tensors.extent("reprojection.weight", 0),
                    tensors.extent("keys.weight", 0),
                    tensors.extent("values.weight", 0),
                    1);
            return Optional.of(new Recognised(
                    block,
                    List.of(new Recognised.Open(
                            "heads",
                            "1",
                            "every common divisor of keyChannels and valueChannels has the same tensors"))));
        }
    }
}
