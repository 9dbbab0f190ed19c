package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The Global Context block: one context vector for all positions.
 *
 * <pre>
 *   ctx = Σ_j a_j·x_j,  a = softmax_N(w_mask·x + b)  (att), or the mean  (avg)       [C]
 *   T(ctx) = W_2·ReLU(LayerNorm(W_1·ctx))                                             [C]
 *   Y = X·sigmoid(T_mul(ctx)) + T_add(ctx), each part if the fusion has it           [N, C]
 * </pre>
 *
 * <p>Bottleneck p = ⌊C·ratio⌋. The last convolution of each T starts at zero. {@code conv_mask.bias}
 * shifts every logit alike, so its gradient is 0.
 *
 * <p>Source: GCNet (Cao et al., ICCVW 2019); options and parameter names of xvjiarui/GCNet
 * mmdet/ops/gcb/context_block.py.
 *
 * @param channels C
 * @param ratio p / C
 * @param pooling how the context is gathered from the positions
 * @param fusion how the context is applied to every position
 */
public record Gc(int channels, double ratio, Pooling pooling, Set<Fusion> fusion) implements Block {

    /** How the context is gathered from the positions. */
    public enum Pooling {
        /** Softmax attention over positions. */
        ATT,
        /** The mean. */
        AVG
    }

    /** How the context is applied to every position. */
    public enum Fusion {
        /** Adds one term per channel. */
        CHANNEL_ADD,
        /** Multiplies by one factor per channel. */
        CHANNEL_MUL
    }

    /** Checks the options. */
    public Gc {
        Checks.positive("channels", channels);
        Checks.that(
                ratio > 0 && ratio <= 1 && (int) (channels * ratio) >= 1,
                "ratio %s gives a bottleneck of int(%d·ratio) = %d channels; it must be at least 1, with 0 < ratio ≤ 1"
                        .formatted(ratio, channels, (int) (channels * ratio)));
        Checks.that(!fusion.isEmpty(), "fusion is empty; it must name channel_add, channel_mul or both");
        fusion = Set.copyOf(EnumSet.copyOf(fusion));
    }

    /** The paper's block: attention pooling, added, ratio 1/16. */
    public static Gc of(int channels) {
        return new Gc(channels, 1.0 / 16, Pooling.ATT, EnumSet.of(Fusion.CHANNEL_ADD));
    }

    /** With another ratio, for example 1/4, the best in the paper. */
    public Gc withRatio(double newRatio) {
        return new Gc(channels, newRatio, pooling, fusion);
    }

    /** p. */
    public int bottleneck() {
        return (int) (channels * ratio);
    }

    @Override
    public String kind() {
        return "gc";
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        if (pooling == Pooling.ATT) {
            all.addAll(Parameter.projection("conv_mask", 1, channels, Parameter.Init.FAN_IN));
        }
        for (Fusion f : Fusion.values()) {
            if (fusion.contains(f)) {
                String name = transform(f);
                all.addAll(Parameter.projection(name + ".0", bottleneck(), channels, Parameter.Init.FAN_IN));
                all.add(Parameter.layerNorm(name + ".1.weight", bottleneck(), Parameter.Init.ONE));
                all.add(Parameter.layerNorm(name + ".1.bias", bottleneck(), Parameter.Init.ZERO));
                all.addAll(Parameter.projection(name + ".3", channels, bottleneck(), Parameter.Init.ZERO));
            }
        }
        return all;
    }

    private static String transform(Fusion f) {
        return f == Fusion.CHANNEL_ADD ? "channel_add_conv" : "channel_mul_conv";
    }

    @Override
    public Optional<Logits> logits() {
        return pooling == Pooling.ATT ? Optional.of(new Logits.Maps(List.of("conv_mask"))) : Optional.empty();
    }

    @Override
    public List<String> cautions() {
        return bottleneck() > 1
                ? List.of()
                : List.of(
                        "ratio %s leaves gc a bottleneck of 1 channel of %d: the layer norm of a single value is always"
                                        .formatted(ratio, channels)
                                + " its bias, so the block's term or factor does not depend on x");
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        Buffer context;
        if (pooling == Pooling.ATT) {
            context = attentionPooling(t, x, p);
        } else {
            context = t.meanPositions(x);
            p.show(new AttentionFactors.Even());
        }
        Buffer y = x;
        if (fusion.contains(Fusion.CHANNEL_MUL)) {
            y = t.channelMultiply(y, t.sigmoid(transformed(t, context, p, Fusion.CHANNEL_MUL)));
        }
        if (fusion.contains(Fusion.CHANNEL_ADD)) {
            y = t.channelAdd(y, transformed(t, context, p, Fusion.CHANNEL_ADD));
        }
        return y;
    }

    /** Σ_j a_j·x_j with a = softmax_N(w_mask·x + b): [B, 1, C]. */
    static Buffer attentionPooling(Tape t, Buffer x, BlockContext p) {
        Buffer logits = p.projectBeforeSoftmax(t, x, "conv_mask");
        Buffer weights = t.softmaxPositions(logits);
        p.show(new AttentionFactors.Pool(weights));
        return t.matMulLeftTransposed(weights, x);
    }

    private static Buffer transformed(Tape t, Buffer context, BlockContext p, Fusion f) {
        String name = transform(f);
        Buffer narrow = p.project(t, context, name + ".0");
        Buffer active = t.relu(t.layerNorm(narrow, p.of(name + ".1.weight"), p.of(name + ".1.bias")));
        return p.project(t, active, name + ".3");
    }

    /** Its entry. */
    static final class Kind implements BlockKind<Gc> {

        private static final String TIMM =
                "is timm's GlobalContext, a gc under other names: rename conv_attn to conv_mask, mlp_add to channel_add_conv,"
                        + " mlp_scale to channel_mul_conv, and in the last two fc1 to 0, norm to 1, fc2 to 3";

        @Override
        public String name() {
            return "gc";
        }

        @Override
        public Class<Gc> type() {
            return Gc.class;
        }

        @Override
        public Look look() {
            return new Look("GC", 0x00704F);
        }

        @Override
        public Growth growth(Gc block) {
            return block.pooling == Pooling.ATT ? Growth.POSITIONS : Growth.CONSTANT;
        }

        @Override
        public List<String> fields() {
            return List.of("ratio", "pooling", "fusion");
        }

        @Override
        public Gc read(SpecFields fields, int channels) {
            return new Gc(
                    channels,
                    fields.number("ratio", 1.0 / 16),
                    fields.choice("pooling", Pooling.ATT),
                    fields.choices("fusion", Fusion.class, EnumSet.of(Fusion.CHANNEL_ADD)));
        }

        @Override
        public void write(Gc block, SpecWriter spec) {
            spec.set("ratio", block.ratio).set("pooling", block.pooling).set("fusion", block.fusion);
        }

        @Override
        public List<Variant> variants() {
            // The best ratio in the paper, whose default is 1/16.
            return List.of(new Variant("gc-r4", "GC (r = 4)", "{\"ratio\": 0.25}"));
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("channel_add_conv.0.weight"), List.of("channel_mul_conv.0.weight"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            EnumSet<Fusion> fusion = EnumSet.allOf(Fusion.class);
            fusion.removeIf(f -> !tensors.has(transform(f) + ".0.weight"));
            String first = transform(fusion.iterator().next()) + ".0.weight";
            int bottleneck = tensors.extent(first, 0);
            int channels = tensors.extent(first, 1);
            double ratio = (double) bottleneck / channels;
            if ((int) (channels * ratio) < bottleneck) {
                // channels · ratio was rounded to just below the integer.
                ratio = Math.nextUp(ratio);
            }
            Pooling pooling = tensors.has("conv_mask.weight") ? Pooling.ATT : Pooling.AVG;
            return Optional.of(new Recognised(new Gc(channels, ratio, pooling, fusion)));
        }

        @Override
        public List<NearMiss> nearMisses() {
            return List.of(
                    new NearMiss(List.of("mlp_add.fc1.weight", "mlp_add.fc2.weight"), TIMM),
                    new NearMiss(List.of("mlp_scale.fc1.weight", "mlp_scale.fc2.weight"), TIMM));
        }
    }
}
