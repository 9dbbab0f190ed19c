package farsight.network;

import farsight.block.Parameter;
import farsight.block.Statistic;
import farsight.block.spec.Checks;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.program.Buffer;
import farsight.tape.BatchNormed;
import java.util.List;

/**
 * PyTorch's BatchNorm1d and BatchNorm2d: by the batch's statistics in training, by the running ones in evaluation.
 *
 * @param eps added to the variance
 * @param momentum share of a batch in the running statistics
 * @param init of the weight: 1, or 0 for the end of a residual branch that starts as nothing (Goyal et al. 2017)
 */
public record BatchNormLayer(String name, double eps, double momentum, Start init) implements Layer {

    /** Initial values of the weight. */
    public enum Start {
        /** All 1. */
        ONE,
        /** All 0. */
        ZERO
    }

    static final LayerKind<BatchNormLayer> KIND = new LayerKind<>(
            "batchnorm",
            BatchNormLayer.class,
            true,
            List.of("eps", "momentum", "init"),
            BatchNormLayer::read,
            BatchNormLayer::write);

    /** Checks the numbers. */
    public BatchNormLayer {
        Checks.that(eps > 0, "eps is %s; it must be above 0".formatted(eps));
        Checks.float32("eps", eps);
        Checks.float32("momentum", momentum);
        Checks.that(
                momentum > 0 && momentum <= 1, "momentum is %s; it must be above 0 and at most 1".formatted(momentum));
    }

    private static BatchNormLayer read(String name, SpecFields f) {
        return new BatchNormLayer(name, f.number("eps", 1e-5), f.number("momentum", 0.1), f.choice("init", Start.ONE));
    }

    private void write(SpecWriter spec) {
        spec.set("eps", eps).set("momentum", momentum).set("init", init);
    }

    @Override
    public String kind() {
        return KIND.name();
    }

    @Override
    public Extents out(Extents in) {
        return in;
    }

    @Override
    public List<Parameter> parameters(Extents in) {
        return List.of(
                Parameter.vector("weight", in.channels(), init == Start.ONE ? Parameter.Init.ONE : Parameter.Init.ZERO),
                Parameter.vector("bias", in.channels(), Parameter.Init.ZERO));
    }

    @Override
    public List<Statistic> statistics(Extents in) {
        Parameter mean = Parameter.vector("running_mean", in.channels(), Parameter.Init.ZERO);
        Parameter variance = Parameter.vector("running_var", in.channels(), Parameter.Init.ONE);
        return List.of(new Statistic(mean.buffer(), momentum, false), new Statistic(variance.buffer(), momentum, true));
    }

    @Override
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        return record(c, x, false);
    }

    /** Records this layer, in training mode with the ReLU that follows it. */
    Buffer record(LayerContext c, Buffer x, boolean relu) {
        Buffer weight = c.of("weight");
        Buffer bias = c.of("bias");
        if (!c.training()) {
            return c.tape().frozenNorm(x, c.of("running_mean"), c.of("running_var"), weight, bias, (float) eps);
        }
        long count = x.shape().batch() * x.shape().rows();
        c.checkNormed(count);
        BatchNormed normed = relu
                ? c.tape().batchNormRelu(x, weight, bias, (float) eps)
                : c.tape().batchNorm(x, weight, bias, (float) eps);
        c.keep("running_mean", normed.mean(), count);
        c.keep("running_var", normed.variance(), count);
        return normed.y();
    }
}
