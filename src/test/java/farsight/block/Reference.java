package farsight.block;

import farsight.op.F64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The forward pass of every block in float64, from the papers' equations: full matrices, nothing fused, no cancelling
 * term left out. Its differences give gradients.
 */
final class Reference {

    private static final double EPSILON = 1e-5;

    private final Map<String, F64> weights;
    private final Grid grid;

    /** The run at which values without a gradient are held fixed. */
    private final BlockRun held;

    private Reference(Map<String, F64> weights, Grid grid, BlockRun held) {
        this.weights = weights;
        this.grid = grid;
        this.held = held;
    }

    /** y, [B, N, C]. */
    static F64 forward(BlockRun run) {
        return forward(run, x(run), weights(run));
    }

    static F64 x(BlockRun run) {
        return F64.of(run.program(Pass.FORWARD).x().shape(), run.x());
    }

    static Map<String, F64> weights(BlockRun run) {
        Map<String, F64> weights = new LinkedHashMap<>();
        run.block()
                .parameters()
                .forEach(p -> weights.put(
                        p.name(),
                        F64.of(p.shape(), Objects.requireNonNull(run.weights().get(p.name())))));
        return weights;
    }

    /** y of another x and other weights, for differences; values without a gradient are those of the run. */
    static F64 forward(BlockRun run, F64 x, Map<String, F64> weights) {
        Reference r = new Reference(weights, run.grid(), run);
        return switch (run.block()) {
            case Dense d -> r.dense(d, x);
            case NonLocal n -> r.nonLocal(n, x);
            case Pam p -> r.pam(x);
            case Cam c -> r.cam(x);
            case Efficient e -> r.efficient(e, x);
            case DoubleAttention d -> r.doubleAttention(d, x);
            case CrissCross c -> r.crissCross(c, x);
            case Nystrom n -> r.nystrom(n, x);
            case Ema e -> r.ema(e, x);
            case Snl s -> r.snl(x);
            case Gc g -> r.gc(g, x);
            case Se s -> r.se(s, x);
            case LatentGnnTalk l -> r.talk(x);
            case LatentGnn l -> r.latentGnn(l, x);
            default -> throw new AssertionError(run.block().kind());
        };
    }

    private F64 of(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    /** The convolution of that name: x·Wᵀ, and + b where there is one. */
    private F64 convolved(F64 x, String name) {
        F64 y = x.matMul(of(name + ".weight").transposed());
        return weights.containsKey(name + ".bias") ? y.plus(of(name + ".bias")) : y;
    }

    private F64 dense(Dense d, F64 x) {
        F64 affinity = x.matMul(x.transposed());
        F64 a = d.normalizer() == Dense.Normalizer.COUNT ? affinity.scaled(1.0 / x.rows()) : affinity.softmaxOfRows();
        return x.plus(a.matMul(x).matMul(of("weight")).relu().times(of("lambda")));
    }

    private F64 pooled(F64 x, boolean subSample) {
        if (!subSample) {
            return x;
        }
        // A window holds the positions that name it.
        int windows = (int) grid.pooled().positions();
        return F64.of(
                x.batch(),
                windows,
                x.cols(),
                (b, w, c) -> IntStream.range(0, x.rows())
                        .filter(i -> window(i) == w)
                        .mapToDouble(i -> x.at(b, i, c))
                        .reduce(Math::max)
                        .orElseThrow());
    }

    /** Index of a position's window, or −1 if it is in none; computed axis by axis, from the last to the first. */
    private int window(int position) {
        int window = 0;
        int size = 1;
        int rest = position;
        for (int axis = grid.extents().size() - 1; axis >= 0; axis--) {
            int extent = grid.extents().get(axis).intValue();
            boolean time = grid.extents().size() == 3 && axis == 0;
            int along = rest % extent / (time ? 1 : 2);
            int count = extent / (time ? 1 : 2);
            if (along >= count) {
                return -1;
            }
            window += along * size;
            size *= count;
            rest /= extent;
        }
        return window;
    }

    private F64 nonLocal(NonLocal n, F64 x) {
        String pool = n.subSample() ? ".0.conv" : ".conv";
        F64 g = pooled(convolved(x, "g" + pool), n.subSample());
        F64 theta = n.mode() == NonLocal.Mode.GAUSSIAN ? x : convolved(x, "theta.conv");
        F64 phi = pooled(n.mode() == NonLocal.Mode.GAUSSIAN ? x : convolved(x, "phi" + pool), n.subSample());
        double scale = switch (n.scale()) {
            case NONE -> 1;
            case INNER -> 1 / Math.sqrt(theta.cols());
            case CHANNELS -> 1 / Math.sqrt(x.cols());
        };
        F64 weights = switch (n.mode()) {
            case GAUSSIAN, EMBEDDED_GAUSSIAN ->
                theta.matMul(phi.transposed()).scaled(scale).softmaxOfRows();
            case DOT_PRODUCT -> theta.matMul(phi.transposed()).scaled(1.0 / phi.rows());
            case CONCATENATION -> concatenated(theta, phi).scaled(1.0 / phi.rows());
        };
        return x.plus(convolved(weights.matMul(g), "conv_out.conv"));
    }

    /** ReLU(w·[θ_i; φ_j]), with the concatenated vector of every pair. */
    private F64 concatenated(F64 theta, F64 phi) {
        F64 w = of("concat_project.conv.weight");
        return F64.of(theta.batch(), theta.rows(), phi.rows(), (b, i, j) -> {
            double sum = 0;
            for (int k = 0; k < w.cols(); k++) {
                double v = k < theta.cols() ? theta.at(b, i, k) : phi.at(b, j, k - theta.cols());
                sum += w.at(0, 0, k) * v;
            }
            return Math.max(sum, 0);
        });
    }

    private F64 pam(F64 x) {
        F64 weights = convolved(x, "query_conv")
                .matMul(convolved(x, "key_conv").transposed())
                .softmaxOfRows();
        return x.plus(weights.matMul(convolved(x, "value_conv")).times(of("gamma")));
    }

    /** With the maximum of each row that the softmax does not see. */
    private F64 cam(F64 x) {
        F64 e = x.transposed().matMul(x);
        F64 greatest = F64.of(e.batch(), e.rows(), 1, (b, i, _) -> {
            double max = e.at(b, i, 0);
            for (int j = 1; j < e.cols(); j++) {
                max = Math.max(max, e.at(b, i, j));
            }
            return max;
        });
        F64 weights = e.scaled(-1).plus(greatest).softmaxOfRows();
        return x.plus(x.matMul(weights.transposed()).times(of("gamma")));
    }

    private F64 efficient(Efficient e, F64 x) {
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

    private F64 doubleAttention(DoubleAttention d, F64 x) {
        F64 descriptors =
                convolved(x, "convA").transposed().matMul(convolved(x, "convB").softmaxOfColumns());
        F64 logits = convolved(x, "convV");
        F64 shares = d.softmax() == DoubleAttention.Axis.CHANNELS ? logits.softmaxOfRows() : logits.softmaxOfColumns();
        F64 z = convolved(shares.matMul(descriptors.transposed()), "conv_reconstruct");
        return d.residual() ? x.plus(z) : z;
    }

    /** The whole N×N affinity, of which only positions of one row or one column take part. */
    private F64 crissCross(CrissCross block, F64 x) {
        F64 y = x;
        for (int pass = 0; pass < block.recurrence(); pass++) {
            F64 logits =
                    convolved(y, "query_conv").matMul(convolved(y, "key_conv").transposed());
            F64 weights = F64.of(
                            logits.batch(),
                            logits.rows(),
                            logits.cols(),
                            (b, p, n) -> met(p, n) ? logits.at(b, p, n) : Double.NEGATIVE_INFINITY)
                    .softmaxOfRows();
            F64 values = convolved(y, "value_conv");
            F64 gathered = F64.of(
                    y.batch(),
                    y.rows(),
                    y.cols(),
                    (b, p, c) -> IntStream.range(0, logits.cols())
                            .filter(n -> met(p, n))
                            .mapToDouble(n -> weights.at(b, p, n) * values.at(b, n, c))
                            .sum());
            y = y.plus(gathered.times(of("gamma")));
        }
        return y;
    }

    /** Whether two positions lie in one row or one column. */
    private boolean met(int p, int n) {
        int width = (int) grid.width();
        return p / width == n / width || p % width == n % width;
    }

    private F64 nystrom(Nystrom n, F64 x) {
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

    private F64 ema(Ema e, F64 x) {
        F64 rebuilt = new Reference(weights(held), grid, held).rebuilt(e, x(held));
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

    private F64 attention(F64 x) {
        return convolved(x, "conv_mask").softmaxOfColumns();
    }

    /** W_v inside the sum: Σ_j a_j·(W_v·x_j). */
    private F64 snl(F64 x) {
        return x.plus(attention(x).transposed().matMul(convolved(x, "conv_value")));
    }

    private F64 gc(Gc g, F64 x) {
        F64 mean = x.sumOfColumns().scaled(1.0 / x.rows());
        F64 context =
                g.pooling() == Gc.Pooling.AVG ? mean : attention(x).transposed().matMul(x);
        F64 y = x;
        if (g.fusion().contains(Gc.Fusion.CHANNEL_MUL)) {
            y = y.times(sigmoid(transformed(context, "channel_mul_conv")));
        }
        if (g.fusion().contains(Gc.Fusion.CHANNEL_ADD)) {
            y = y.plus(transformed(context, "channel_add_conv"));
        }
        return y;
    }

    private F64 transformed(F64 context, String name) {
        F64 v = convolved(context, name + ".0");
        F64 deviation = v.minus(v.sumOfRows().scaled(1.0 / v.cols()));
        F64 rho = deviation.times(deviation).sumOfRows().map(s -> 1 / Math.sqrt(s / v.cols() + EPSILON));
        F64 normed = deviation.times(rho).times(of(name + ".1.weight")).plus(of(name + ".1.bias"));
        return convolved(normed.relu(), name + ".3");
    }

    private static F64 sigmoid(F64 x) {
        return x.map(v -> 1 / (1 + Math.exp(-v)));
    }

    private F64 se(Se se, F64 x) {
        F64 mean = x.sumOfColumns().scaled(1.0 / x.rows());
        F64 narrow = convolved(mean, "fc1");
        F64 active = se.activation() == Se.Activation.RELU ? narrow.relu() : narrow.times(sigmoid(narrow));
        F64 wide = convolved(active, "fc2");
        return x.times(se.gate() == Se.Gate.SIGMOID ? sigmoid(wide) : wide.map(v -> Math.clamp(v / 6 + 0.5, 0.0, 1.0)));
    }

    private static F64 cosineSoftmax(F64 z) {
        F64 unit = z.unitRows();
        return unit.matMul(unit.transposed()).softmaxOfRows();
    }

    private F64 talk(F64 x) {
        F64 psi = x.matMul(of("theta").transposed()).relu().unitColumns();
        F64 z = psi.transposed().matMul(x.matMul(of("weight")));
        return x.plus(psi.matMul(cosineSoftmax(z).matMul(z)).relu().times(of("lambda")));
    }

    private F64 latentGnn(LatentGnn l, F64 x) {
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

    private F64 affine(F64 y, F64 mean, F64 variance, String name) {
        return y.minus(mean)
                .times(variance.map(v -> 1 / Math.sqrt(v + EPSILON)))
                .times(of(name + ".1.weight"))
                .plus(of(name + ".1.bias"));
    }
}
