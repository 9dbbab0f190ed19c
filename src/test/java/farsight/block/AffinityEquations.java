package farsight.block;

import farsight.op.F64;
import java.util.Map;
import java.util.stream.IntStream;

/** Blocks that weigh each pair, of positions or of channels, with the whole affinity. */
final class AffinityEquations extends Equations {
    private final Grid grid;

    AffinityEquations(Map<String, F64> weights, Grid grid) {
        super(weights);
        this.grid = grid;
    }

    F64 dense(Dense d, F64 x) {
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

    F64 nonLocal(NonLocal n, F64 x) {
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

    F64 pam(F64 x) {
        F64 weights = convolved(x, "query_conv")
                .matMul(convolved(x, "key_conv").transposed())
                .softmaxOfRows();
        return x.plus(weights.matMul(convolved(x, "value_conv")).times(of("gamma")));
    }

    /** With the maximum of each row that the softmax does not see. */
    F64 cam(F64 x) {
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

    /** The whole N×N affinity, of which only positions of one row or one column take part. */
    F64 crissCross(CrissCross block, F64 x) {
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
}
