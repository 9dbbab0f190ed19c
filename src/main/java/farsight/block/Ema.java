package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.tape.Means;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Expectation-maximisation attention: fits k bases to the features of each sample and rebuilds the features from them.
 *
 * <pre>
 *   F = conv1(X)                                             [N, C]
 *   μ = mu, then stages times:
 *     Z = softmax_rows(F·μ), over the bases per position     [N, k]
 *     Ẑ_nj = Z_nj / (ε + Σ_n Z_nj)
 *     μ = l(Fᵀ·Ẑ), l(v) = v / (ε + ‖v‖) of every column      [C, k]
 *   R = ReLU(Z·μᵀ)                                           [N, C]
 *   U = conv2(R), then the norm
 *   Y = ReLU(X + U)                                          [N, C]
 * </pre>
 *
 * <p>The convolutions are 1×1, conv1 with bias, conv2 without; ε = 1e-6. R uses the last μ and the Z that produced it.
 *
 * <p>The fitting carries no gradient, as in the source: dX comes from the residual alone, and conv1's gradients are 0.
 * {@code mu} has no gradient either. Training updates it with the mean of μ over the samples: mu ← momentum·mu +
 * (1 − momentum)·mean of μ, without scaling it to unit length again.
 *
 * <p>Source: Expectation-Maximization Attention Networks (Li et al., ICCV 2019); XiaLiPKU/EMANet network.py (EMAU) and
 * train.py, with the same parameter names and defaults. The norm is an option here, {@link Norm}.
 *
 * @param channels C
 * @param bases k
 * @param stages steps of the fitting, at most 1,000
 * @param momentum share of the old mu in an update, at least 0 and below 1
 * @param norm after conv2
 */
public record Ema(int channels, int bases, int stages, double momentum, Norm norm) implements Block {

    private static final String BASES = "mu";
    private static final String NORM = "conv2.1";

    /** Batch norm after conv2. */
    public enum Norm {
        /** None. */
        NONE,
        /** With fixed statistics: a constant affine map. */
        FROZEN
    }

    /** Checks the options. */
    public Ema {
        Checks.positive("channels", channels);
        Checks.positive("bases", bases);
        Checks.repeats("stages", stages);
        Checks.that(
                momentum >= 0 && momentum < 1, "momentum is %s; it must be at least 0 and below 1".formatted(momentum));
    }

    /** The source's 3 stages and momentum 0.9, without a norm. */
    public static Ema of(int channels, int bases) {
        return new Ema(channels, bases, 3, 0.9, Norm.NONE);
    }

    /** With another norm. */
    public Ema withNorm(Norm newNorm) {
        return new Ema(channels, bases, stages, momentum, newNorm);
    }

    @Override
    public String kind() {
        return "ema";
    }

    @Override
    public List<Integer> latentDims() {
        return List.of(bases);
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(mu());
        all.addAll(Parameter.projection("conv1", channels, channels, Parameter.Init.FAN_IN));
        all.add(Parameter.convolution("conv2.0.weight", channels, channels, Parameter.Init.FAN_IN));
        if (norm == Norm.FROZEN) {
            all.add(Parameter.vector(NORM + ".weight", channels, Parameter.Init.ONE)
                    .constant());
            all.add(Parameter.vector(NORM + ".bias", channels, Parameter.Init.ZERO)
                    .constant());
            all.add(Parameter.vector(NORM + ".running_mean", channels, Parameter.Init.ZERO)
                    .buffer());
            all.add(Parameter.vector(NORM + ".running_var", channels, Parameter.Init.ONE)
                    .buffer());
        }
        return all;
    }

    private Parameter mu() {
        return new Parameter(
                BASES,
                List.of(1L, (long) channels, (long) bases),
                Shape.matrix(channels, bases),
                Parameter.Init.UNIT_COLUMNS,
                Parameter.Kind.BUFFER);
    }

    @Override
    public List<Statistic> statistics() {
        return List.of(new Statistic(mu(), 1 - momentum, false));
    }

    @Override
    public Buffer forward(Tape t, Buffer x, BlockContext p) {
        Buffer rebuilt = t.detached(() -> rebuilt(t, x, p));
        Buffer u = t.project(rebuilt, p.of("conv2.0.weight"), null);
        if (norm == Norm.FROZEN) {
            u = t.frozenNorm(
                    u,
                    p.of(NORM + ".running_mean"),
                    p.of(NORM + ".running_var"),
                    p.of(NORM + ".weight"),
                    p.of(NORM + ".bias"));
        }
        return t.relu(t.residual(x, u));
    }

    /** R, the features rebuilt from the bases. */
    private Buffer rebuilt(Tape t, Buffer x, BlockContext p) {
        Buffer features = p.project(t, x, "conv1");
        Buffer shares = shares(t, features, p.of(BASES));
        Means means = t.unitMeans(features, shares);
        for (int stage = 1; stage < stages; stage++) {
            shares = shares(t, features, means.y());
            means = t.unitMeans(features, shares);
        }
        p.keep(BASES, means.y());
        Buffer gathered = t.matMulRightTransposed(shares, means.y(), 1f);
        if (t.purpose() == Purpose.INSPECTION) {
            // μ is Fᵀ·Z with scaled columns, so Z·μᵀ = Z·(Z with scaled columns)ᵀ·F.
            Buffer gather = t.channelMultiply(shares, means.factors());
            p.show(new AttentionFactors.LatentNodes(
                    List.of(new AttentionFactors.Kernel(shares, null, gather, features, gathered))));
        }
        return t.relu(gathered);
    }

    /** Z, the weights of the bases at each position. */
    private static Buffer shares(Tape t, Buffer features, Buffer bases) {
        return t.softmaxRows(t.matMul(features, bases), 1f);
    }

    /** Its entry. */
    static final class Kind implements BlockKind<Ema> {

        @Override
        public String name() {
            return "ema";
        }

        @Override
        public Class<Ema> type() {
            return Ema.class;
        }

        @Override
        public Look look() {
            return new Look("EMA", 0x00656B);
        }

        @Override
        public Growth growth(Ema block) {
            return Growth.NODES;
        }

        @Override
        public List<String> fields() {
            return List.of("bases", "stages", "momentum", "norm");
        }

        @Override
        public Ema read(SpecFields fields, int channels) {
            return new Ema(
                    channels,
                    fields.integer("bases"),
                    fields.integer("stages", 3),
                    fields.number("momentum", 0.9),
                    fields.choice("norm", Norm.NONE));
        }

        @Override
        public void write(Ema block, SpecWriter spec) {
            spec.set("bases", block.bases)
                    .set("stages", block.stages)
                    .set("momentum", block.momentum)
                    .set("norm", block.norm);
        }

        @Override
        public Optional<Latent> latent() {
            return Optional.of(new Latent(List.of("bases"), false));
        }

        @Override
        public List<List<String>> marks() {
            return List.of(List.of(BASES, "conv1.weight", "conv2.0.weight"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            Norm norm = tensors.has(NORM + ".weight") ? Norm.FROZEN : Norm.NONE;
            return Optional.of(new Recognised(
                    Ema.of(tensors.extent(BASES, 1), tensors.extent(BASES, 2)).withNorm(norm),
                    List.of(
                            new Recognised.Open("stages", "3", "as in EMANet; any number has the same tensors"),
                            new Recognised.Open("momentum", "0.9", "as in EMANet; only training uses it"))));
        }
    }
}
