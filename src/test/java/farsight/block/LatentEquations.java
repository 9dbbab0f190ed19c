package farsight.block;

import farsight.op.F64;
import java.util.Map;
import java.util.stream.IntStream;

/** Blocks whose positions meet in d vectors: latent nodes, landmarks, key channels, descriptors or bases. */
final class LatentEquations extends Equations {
    /** The run at which values without a gradient are held fixed. */
    private final BlockRun held;

    LatentEquations(Map<String, F64> weights, BlockRun held) {
        super(weights);
        this.held = held;
    }

    F64 efficient(Efficient e, F64 x) {
        F64 keys = convolved(x, "keys").softmaxOfColumns();
        F64 queries = convolved(x, "queries");
        F64 values = convolved(x, "values");
        F64 joined = F64.of(x.batch(), x.rows(), 0, (b, i, j) -> 0);
        for (int head = 0; head < e.heads(); head++) {
            F64 context = part(values, head, e.heads()).transposed().matMul(part(keys, head, e.heads()));
            F64 weights = part(queries, head, e.heads()).softmaxOfRows();
            joined = beside(joined, weights.matMul(context.transposed()));
        }
        return x.plus(convolved(joined, "reprojection"));
    }

    /** The columns of one head. */
    private static F64 part(F64 x, int head, int heads) {
        int width = x.cols() / heads;
        return F64.of(x.batch(), x.rows(), width, (b, i, j) -> x.at(b, i, head * width + j));
    }

    F64 doubleAttention(DoubleAttention d, F64 x) {
        F64 descriptors =
                convolved(x, "convA").transposed().matMul(convolved(x, "convB").softmaxOfColumns());
        F64 logits = convolved(x, "convV");
        F64 shares = d.softmax() == DoubleAttention.Axis.CHANNELS ? logits.softmaxOfRows() : logits.softmaxOfColumns();
        F64 z = convolved(shares.matMul(descriptors.transposed()), "conv_reconstruct");
        return d.residual() ? x.plus(z) : z;
    }

    F64 nystrom(Nystrom n, F64 x) {
        F64 q = convolved(x, "theta.conv");
        F64 k = convolved(x, "phi.conv");
        F64 v = convolved(x, "g.conv");
        int m = n.landmarks();
        if (m >= x.rows()) {
            return x.plus(convolved(scaledSoftmax(q, k).matMul(v), "conv_out.conv"));
        }
        F64 a = scaledSoftmax(landmarks(q, m), landmarks(k, m));
        F64 sums = a.sumOfColumns();
        F64 z = a.transposed()
                .over(F64.of(
                        a.batch(),
                        1,
                        1,
                        (b, i, j) -> IntStream.range(0, m)
                                .mapToDouble(c -> sums.at(b, 0, c))
                                .reduce(Math::max)
                                .orElseThrow()));
        F64 identity = F64.of(a.batch(), m, m, (b, i, j) -> i == j ? 1 : 0);
        for (int step = 0; step < n.iterations(); step++) {
            F64 p = a.matMul(z);
            F64 inner = p.matMul(identity.scaled(7).minus(p));
            F64 outer = p.matMul(identity.scaled(15).minus(inner));
            z = z.matMul(identity.scaled(13).minus(outer)).scaled(0.25);
        }
        F64 weights = scaledSoftmax(q, landmarks(k, m)).matMul(z).matMul(scaledSoftmax(landmarks(q, m), k));
        return x.plus(convolved(weights.matMul(v), "conv_out.conv"));
    }

    private static F64 scaledSoftmax(F64 q, F64 k) {
        return q.matMul(k.transposed()).scaled(1 / Math.sqrt(q.cols())).softmaxOfRows();
    }

    /** Means of m runs, the longer ones last. */
    private static F64 landmarks(F64 x, int m) {
        int each = x.rows() / m;
        int even = m - x.rows() % m;
        return F64.of(x.batch(), m, x.cols(), (b, run, c) -> {
            int start = run * each + Math.max(0, run - even);
            int length = run < even ? each : each + 1;
            return IntStream.range(start, start + length)
                            .mapToDouble(i -> x.at(b, i, c))
                            .sum()
                    / length;
        });
    }

    F64 ema(Ema e, F64 x) {
        F64 rebuilt = new LatentEquations(Reference.weights(held), held).rebuilt(e, Reference.x(held));
        F64 u = convolved(rebuilt, "conv2.0");
        F64 y = e.norm() == Ema.Norm.NONE
                ? u
                : affine(u, of("conv2.1.running_mean"), of("conv2.1.running_var"), "conv2");
        return x.plus(y).relu();
    }

    private F64 rebuilt(Ema e, F64 x) {
        double epsilon = 1e-6;
        F64 f = convolved(x, "conv1");
        F64 mu = of("mu");
        F64 z = f;
        for (int stage = 0; stage < e.stages(); stage++) {
            z = f.matMul(mu).softmaxOfRows();
            F64 v = f.transposed().matMul(z.over(z.sumOfColumns().map(s -> s + epsilon)));
            mu = v.over(v.normOfColumns().map(n -> n + epsilon));
        }
        return z.matMul(mu.transposed()).relu();
    }

    private static F64 cosineSoftmax(F64 z) {
        F64 unit = z.unitRows();
        return unit.matMul(unit.transposed()).softmaxOfRows();
    }

    F64 talk(F64 x) {
        F64 psi = x.matMul(of("theta").transposed()).relu().unitColumns();
        F64 z = psi.transposed().matMul(x.matMul(of("weight")));
        return x.plus(psi.matMul(cosineSoftmax(z).matMul(z)).relu().times(of("lambda")));
    }

    F64 latentGnn(LatentGnn l, F64 x) {
        boolean symmetric = l.mode() == LatentGnn.Mode.SYMMETRIC;
        F64 xv = normed(l, x, symmetric ? "down_channel" : "down_channel_v2l").unitRows();
        F64 xl = symmetric ? xv : normed(l, x, "down_channel_l2v").unitRows();
        F64 joined = F64.of(x.batch(), x.rows(), 0, (b, i, j) -> 0);
        for (int k = 0; k < l.latentDims().size(); k++) {
            String kernel = "LatentGNN_Kernel_" + k + ".";
            F64 pl = normed(l, xl, kernel + (symmetric ? "psi" : "psi_l2v"))
                    .relu()
                    .unitRows();
            F64 pv = symmetric ? pl : normed(l, xv, kernel + "psi_v2l").relu().unitColumns();
            F64 z = pv.transposed().matMul(xv);
            F64 v = pl.matMul(cosineSoftmax(z).matMul(z));
            joined = beside(
                    joined,
                    l.graphConv() ? normed(l, v, kernel + "GraphConvWeight").relu() : v);
        }
        F64 u = normed(l, joined, "up_channel");
        return l.residual() ? x.plus(u.times(of("gamma"))) : u;
    }

    private static F64 beside(F64 left, F64 right) {
        int cols = left.cols();
        return F64.of(
                left.batch(),
                left.rows(),
                cols + right.cols(),
                (b, i, j) -> j < cols ? left.values()[(b * left.rows() + i) * cols + j] : right.at(b, i, j - cols));
    }

    /** The convolution of that name and its norm. */
    private F64 normed(LatentGnn l, F64 x, String name) {
        F64 y = convolved(x, name + ".0");
        F64 all = y.stacked();
        return switch (l.norm()) {
            case NONE -> y;
            case BATCH -> {
                F64 mean = all.sumOfColumns().scaled(1.0 / all.rows());
                F64 deviation = all.minus(mean);
                F64 variance = deviation.times(deviation).sumOfColumns().scaled(1.0 / all.rows());
                yield affine(y, mean, variance, name);
            }
            case FROZEN -> affine(y, of(name + ".1.running_mean"), of(name + ".1.running_var"), name);
        };
    }
}
