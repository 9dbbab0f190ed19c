package farsight.vector.attention;

import farsight.kernel.FlashAttentionKernels;
import farsight.kernel.FlashGradientKernels;
import farsight.vector.RowDots;
import farsight.vector.Twins;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One attention with its gradients, by the kernels, by the twins, and in float64 with all weights stored.
 *
 * @param packed 1 where keys and values are one array, which is K and V, else 0
 */
record FlashProblem(int batch, int rows, int keys, int c, int width, float scale, int packed) {

    FlashProblem(int batch, int rows, int keys, int c, int width, float scale) {
        this(batch, rows, keys, c, width, scale, 0);
    }

    static final int Q = 0;
    static final int K = 1;
    static final int V = 2;
    static final int DY = 3;
    static final int Y = 4;
    static final int STATS = 5;
    static final int ALONG = 6;
    static final int DQ = 7;
    static final int DK = 8;
    static final int DV = 9;

    /** Everything, in the order of the constants. */
    List<FloatArray> arrays() {
        long inRows = (long) batch * rows;
        long inKeys = (long) batch * keys;
        return List.of(
                Twins.normal(inRows * c, 0),
                Twins.normal(inKeys * c, 1),
                Twins.normal(inKeys * width, 2),
                Twins.normal(inRows * width, 3),
                Twins.normal(inRows * width, 4),
                Twins.normal(2 * inRows, 5),
                Twins.normal(inRows, 6),
                Twins.normal(inRows * c, 7),
                Twins.normal(inKeys * c, 8),
                Twins.normal(inKeys * width, 9));
    }

    /** The same with keys and values in one array. */
    FlashProblem packedForm() {
        return new FlashProblem(batch, rows, keys, c, width, scale, 1);
    }

    /** These arrays with the keys and values of two put into one. */
    List<FloatArray> pack(List<FloatArray> x) {
        FloatArray kv = new FloatArray(batch * keys * (c + width));
        for (int i = 0; i < batch * keys; i++) {
            for (int j = 0; j < c + width; j++) {
                float value = j < c ? x.get(K).get(i * c + j) : x.get(V).get(i * width + j - c);
                kv.set(i * (c + width) + j, value);
            }
        }
        List<FloatArray> packing = new ArrayList<>(x);
        packing.set(K, kv);
        packing.set(V, kv);
        return packing;
    }

    /** The same with what a backward pass starts from. */
    List<FloatArray> arraysAfterForward() {
        List<FloatArray> x = arrays();
        kernelForward(x);
        return x;
    }

    void kernelForward(List<FloatArray> x) {
        FlashAttentionKernels.flashAttention(
                x.get(Q), x.get(K), x.get(V), x.get(Y), x.get(STATS), batch, rows, keys, c, width, scale, flags(0));
        FlashAttentionKernels.rowDot(x.get(Y), x.get(DY), x.get(ALONG), batch * rows, width);
    }

    void twinForward(List<FloatArray> x, Workers workers) {
        FlashAttentionVector.flashAttention(
                x.get(Q),
                x.get(K),
                x.get(V),
                x.get(Y),
                x.get(STATS),
                batch,
                rows,
                keys,
                c,
                width,
                scale,
                packed,
                workers);
        RowDots.rowDot(x.get(Y), x.get(DY), x.get(ALONG), batch * rows, width, workers);
    }

    /**
     * Puts each row's log-sum-exp where m and r are: an m near the greatest logit serves as well as the greatest one,
     * with an r to match.
     */
    void statsToLogSums(List<FloatArray> x) {
        FloatArray stats = x.get(STATS);
        for (int i = 0; i < stats.getSize(); i += 2) {
            stats.set(i, (float) ((double) scale * stats.get(i) - Math.log(stats.get(i + 1))));
            stats.set(i + 1, 0f);
        }
    }

    /** The gradients; bits 0 to 2 of {@code add} say whether dq, dk, dv are added to. */
    void kernelBackward(List<FloatArray> x, int add) {
        FlashGradientKernels.flashQueryGradient(
                x.get(Q),
                x.get(K),
                x.get(V),
                x.get(DY),
                x.get(STATS),
                x.get(ALONG),
                x.get(DQ),
                batch,
                rows,
                keys,
                c,
                width,
                scale,
                flags(add & 1));
        FlashGradientKernels.flashKeyGradient(
                x.get(Q),
                x.get(K),
                x.get(V),
                x.get(DY),
                x.get(STATS),
                x.get(ALONG),
                x.get(DK),
                batch,
                rows,
                keys,
                c,
                width,
                scale,
                flags(add >> 1 & 1));
        FlashGradientKernels.flashValueGradient(
                x.get(Q),
                x.get(K),
                x.get(DY),
                x.get(STATS),
                x.get(DV),
                batch,
                rows,
                keys,
                c,
                width,
                scale,
                flags(add >> 2));
    }

    private int flags(int added) {
        return added * FlashGradientKernels.ADD + packed * FlashAttentionKernels.PACKED;
    }

    void twinBackward(List<FloatArray> x, int add, Workers workers) {
        FlashAttentionVector.flashGradients(
                x.get(Q),
                x.get(K),
                x.get(V),
                x.get(DY),
                x.get(STATS),
                x.get(ALONG),
                x.get(DQ),
                x.get(DK),
                x.get(DV),
                batch,
                rows,
                keys,
                c,
                width,
                scale,
                packed,
                add & 1,
                add >> 1 & 1,
                add >> 2,
                workers);
    }

    /** y, dq, dk and dv of a batch of one. */
    List<double[]> oracle(List<FloatArray> x) {
        double[] y = new double[rows * width];
        double[] dq = new double[rows * c];
        double[] dk = new double[keys * c];
        double[] dv = new double[keys * width];
        for (int i = 0; i < rows; i++) {
            double[] p = weights(x.get(Q), x.get(K), i);
            double delta = 0;
            double[] dp = new double[keys];
            for (int j = 0; j < keys; j++) {
                for (int w = 0; w < width; w++) {
                    double g = x.get(DY).get(i * width + w);
                    double v = x.get(V).get(j * width + w);
                    y[i * width + w] += p[j] * v;
                    dv[j * width + w] += p[j] * g;
                    dp[j] += g * v;
                }
                delta += p[j] * dp[j];
            }
            for (int j = 0; j < keys; j++) {
                double s = scale * p[j] * (dp[j] - delta);
                for (int e = 0; e < c; e++) {
                    dq[i * c + e] += s * x.get(K).get(j * c + e);
                    dk[j * c + e] += s * x.get(Q).get(i * c + e);
                }
            }
        }
        return List.of(y, dq, dk, dv);
    }

    private double[] weights(FloatArray q, FloatArray k, int i) {
        double[] p = new double[keys];
        double max = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < keys; j++) {
            double logit = 0;
            for (int e = 0; e < c; e++) {
                logit += (double) q.get(i * c + e) * k.get(j * c + e);
            }
            p[j] = scale * logit;
            max = Math.max(max, p[j]);
        }
        double sum = 0;
        for (int j = 0; j < keys; j++) {
            p[j] = Math.exp(p[j] - max);
            sum += p[j];
        }
        for (int j = 0; j < keys; j++) {
            p[j] /= sum;
        }
        return p;
    }

    /** ‖a − b‖ / ‖b‖, or ‖a‖ where b is 0. */
    static double difference(FloatArray a, double[] b) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < b.length; i++) {
            difference += (a.get(i) - b[i]) * (a.get(i) - b[i]);
            norm += b[i] * b[i];
        }
        return Math.sqrt(norm == 0 ? difference : difference / norm);
    }
}
