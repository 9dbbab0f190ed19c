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
 * Double attention, the A² block: it gathers n global descriptors and gives every position a share of each.
 *
 * <pre>
 *   A = convA(X)                             [N, m]
 *   β = softmax_N(convB(X)), each column over the positions   [N, n]
 *   G = Aᵀ·β                                 [m, n]
 *   v = softmax(convV(X))                    [N, n]
 *   Y = X + conv_reconstruct(v·Gᵀ)  (without residual: conv_reconstruct(v·Gᵀ))   [N, C]
 * </pre>
 *
 * <p>The paper takes the softmax of v over the n descriptors of each position, so the shares sum to 1. Many public
 * copies take it over the positions, like the softmax of β. The convolutions are 1×1 with bias. A softmax over the
 * positions is invariant to a bias: the gradient of {@code convB.bias} is 0, as is the gradient of {@code convV.bias}
 * if the softmax of v runs over the positions.
 *
 * <p>Source: A²-Nets: Double Attention Networks (Chen et al., NeurIPS 2018), equations 2 to 5; parameter names of the
 * widely copied {@code DoubleAttention}.
 *
 * @param channels C
 * @param m channels of a descriptor
 * @param n descriptors
 * @param softmax the axis of the softmax of v
 * @param residual Y = X + Z, or Z alone
 */
public record DoubleAttention(int channels, int m, int n, Axis softmax, boolean residual) implements Block {

    /** The axis over which a softmax sums to 1. */
    public enum Axis {
        /** The n descriptors of a position: the paper. */
        CHANNELS,
        /** The positions of a descriptor: many public copies. */
        POSITIONS
    }

    /** Checks the options. */
    public DoubleAttention {
        Checks.positive("channels", channels);
        Checks.positive("m", m);
        Checks.positive("n", n);
    }

    /** The paper's block. */
    public static DoubleAttention of(int channels, int m, int n) {
        return new DoubleAttention(channels, m, n, Axis.CHANNELS, true);
    }

    /** With the softmax of v over another axis. */
    public DoubleAttention withSoftmax(Axis axis) {
        return new DoubleAttention(channels, m, n, axis, residual);
    }

    /** With or without the residual. */
    public DoubleAttention withResidual(boolean on) {
        return new DoubleAttention(channels, m, n, softmax, on);
    }

    @Override
    public String kind() {
        return "double";
    }

    /** The descriptors. */
    @Override
    public List<Integer> latentDims() {
        return List.of(n);
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.addAll(Parameter.projection("convA", m, channels, Parameter.Init.FAN_IN));
        all.addAll(Parameter.projection("convB", n, channels, Parameter.Init.FAN_IN));
        all.addAll(Parameter.projection("convV", n, channels, Parameter.Init.FAN_IN));
        all.addAll(Parameter.projection(
                "conv_reconstruct", channels, m, residual ? Parameter.Init.ZERO : Parameter.Init.FAN_IN));
        return all;
    }

    @Override
    public Optional<Logits> logits() {
        return Optional.of(new Logits.Maps(List.of("convB", "convV")));
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        Buffer features = p.project(t, x, "convA");
        Buffer gather = overPositions(t, x, p, "convB");
        Buffer descriptors = t.matMulLeftTransposed(gather, features);
        Buffer scatter = softmax == Axis.POSITIONS
                ? overPositions(t, x, p, "convV")
                : t.softmaxRows(p.project(t, x, "convV"), 1f);
        Buffer gathered = t.matMul(scatter, descriptors);
        p.show(new AttentionFactors.LatentNodes(
                List.of(new AttentionFactors.Kernel(scatter, null, gather, features, gathered))));
        Buffer z = p.project(t, gathered, "conv_reconstruct");
        return residual ? t.residual(x, z) : z;
    }

    private static Buffer overPositions(Tape t, Buffer x, BlockContext p, String name) {
        return t.softmaxPositions(p.projectBeforeSoftmax(t, x, name));
    }

    /** Its entry. */
    static final class Kind implements BlockKind<DoubleAttention> {

        @Override
        public String name() {
            return "double";
        }

        @Override
        public Class<DoubleAttention> type() {
            return DoubleAttention.class;
        }

        @Override
        public Look look() {
            return new Look("Double attention", 0x2A3FD0);
        }

        @Override
        public Growth growth(DoubleAttention block) {
            return Growth.NODES;
        }

        @Override
        public List<String> fields() {
            return List.of("m", "n", "softmax", "residual");
        }

        @Override
        public DoubleAttention read(SpecFields fields, int channels) {
            return new DoubleAttention(
                    channels,
                    fields.integer("m"),
                    fields.integer("n"),
                    fields.choice("softmax", Axis.CHANNELS),
                    fields.flag("residual", true));
        }

        @Override
        public void write(DoubleAttention block, SpecWriter spec) {
            spec.set("m", block.m)
                    .set("n", block.n)
                    .set("softmax", block.softmax)
                    .set("residual", block.residual);
        }

        @Override
        public List<Variant> variants() {
            return List.of(new Variant("double-positions", "{\"softmax\": \"positions\"}"));
        }

        @Override
        public Optional<Latent> latent() {
            return Optional.of(new Latent(List.of("m", "n"), false));
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("conv_reconstruct.weight", "convA.weight", "convB.weight", "convV.weight"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            DoubleAttention block = DoubleAttention.of(
                    tensors.extent("convA.weight", 1),
                    tensors.extent("convA.weight", 0),
                    tensors.extent("convB.weight", 0));
            return Optional.of(new Recognised(
                    block,
                    List.of(
                            new Recognised.Open(
                                    "softmax",
                                    "channels",
                                    "the paper's; positions, as in many public copies, has the same tensors"),
                            new Recognised.Open(
                                    "residual",
                                    "true",
                                    "the paper's; public copies leave the residual to the network: false"))));
        }
    }
}
