package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Exact softmax attention that never stores P: y_i = Σ_j p_ij·v_j, p_ij = softmax_j(σ·q_i·k_j).
 *
 * <p>Keys are visited in blocks of {@value #BLOCK}. A running maximum keeps the exponentials below 1; when it rises,
 * the sums so far are scaled down. Two numbers per row are kept for the backward pass, from which {@link
 * FlashGradientKernels} recompute the weights:
 *
 * <pre>
 *   m_i = the q_i·k_j with the greatest σ·q_i·k_j      r_i = 1 / Σ_j exp(σ·(q_i·k_j − m_i))
 *   p_ij = exp(σ·(q_i·k_j − m_i))·r_i
 * </pre>
 *
 * <p>The log-sum-exp would merge the two into one number, but beside a large logit it has no digits left for the sum,
 * and the weights of a row would no longer add up to 1. For the same reason σ multiplies the difference, and every pass
 * sums q_i·k_j in the same order: q_i·k_j − m_i is then the same number in every pass, however large both are.
 *
 * <p>An infinite or NaN logit makes its row NaN: a logit that overflowed to −∞ need not be small.
 *
 * <p>Source: FlashAttention (Dao et al., 2022) for the recomputation; Milakov and Gimelshein (2018)
 * for the running softmax.
 */
public final class FlashAttentionKernels {

    /** Number of keys whose weights are held at a time; of rows in the backward pass over keys. */
    static final int BLOCK = 64;

    /**
     * Maximum channels of a query that are copied, so that its result may overwrite it: as many as one work-group of
     * {@code group.FlashAttentionGroups} holds.
     */
    public static final int HELD = 128;

    /**
     * Flag, also of {@link FlashGradientKernels}: one array of rows [k_j, v_j], [batch, keys, c + width], is passed as
     * both k and v. Their gradients are still two arrays.
     */
    public static final int PACKED = 2;

    /** Lower bound of all logits but −∞. It is not −∞ itself, because −∞ − (−∞) is NaN. */
    private static final float LOWEST = -Float.MAX_VALUE;

    private FlashAttentionKernels() {}

    /**
     * y, m and r.
     *
     * @param q [batch, rows, c]
     * @param k [batch, keys, c], or packed with v
     * @param v [batch, keys, width], or packed with k
     * @param y [batch, rows, width], may be q itself if c = width ≤ {@value #HELD}
     * @param stats m and r, [batch, rows, 2]
     * @param scale σ
     * @param flags {@link #PACKED} or 0
     */
    public static void flashAttention(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray y,
            FloatArray stats,
            int batch,
            int rows,
            int keys,
            int c,
            int width,
            float scale,
            int flags) {
        int all = batch * rows;
        int packed = (flags & PACKED) / PACKED;
        int keyCols = c + packed * width;
        int valueCols = width + packed * c;
        int firstValue = packed * c;
        float sign = scale < 0f ? -1f : 1f;
        float magnitude = sign * scale;
        for (@Parallel int row = 0; row < all; row++) {
            float[] p = new float[BLOCK];
            float[] query = new float[HELD];
            int held = Math.min(c, HELD);
            for (int j = 0; j < held; j++) {
                query[j] = q.get(row * c + j);
            }
            int firstKey = (row / rows) * keys;
            for (int j = 0; j < width; j++) {
                y.set(row * width + j, 0f);
            }
            float max = LOWEST;
            float total = 0f;
            for (int start = 0; start < keys; start += BLOCK) {
                int count = Math.min(BLOCK, keys - start);
                float blockMax = max;
                for (int i = 0; i < count; i++) {
                    float logit = 0f;
                    for (int j = 0; j < held; j++) {
                        logit += query[j] * k.get((firstKey + start + i) * keyCols + j);
                    }
                    for (int j = held; j < c; j++) {
                        logit += q.get(row * c + j) * k.get((firstKey + start + i) * keyCols + j);
                    }
                    p[i] = sign * logit;
                    blockMax = TornadoMath.max(blockMax, p[i]);
                }
                float sum = 0f;
                for (int i = 0; i < count; i++) {
                    // NaN if the logit overflowed, also to −∞.
                    p[i] = TornadoMath.exp(magnitude * (p[i] - blockMax)) + 0f * p[i];
                    sum += p[i];
                }
                float factor = TornadoMath.exp(magnitude * (max - blockMax));
                total = total * factor + sum;
                max = blockMax;
                for (int j = 0; j < width; j++) {
                    float part = 0f;
                    for (int i = 0; i < count; i++) {
                        part += p[i] * v.get((firstKey + start + i) * valueCols + firstValue + j);
                    }
                    y.set(row * width + j, y.get(row * width + j) * factor + part);
                }
            }
            float norm = 1f / total;
            for (int j = 0; j < width; j++) {
                y.set(row * width + j, y.get(row * width + j) * norm);
            }
            stats.set(2 * row, sign * max);
            stats.set(2 * row + 1, norm);
        }
    }

    /**
     * D_i = dy_i·y_i = Σ_j p_ij·(dy_i·v_j).
     *
     * @param y [rows, width]
     * @param dy like y
     * @param delta D, [rows]
     */
    public static void rowDot(FloatArray y, FloatArray dy, FloatArray delta, int rows, int width) {
        int all = Bounds.computed(rows);
        for (@Parallel int row = 0; row < all; row++) {
            float sum = 0f;
            for (int j = 0; j < width; j++) {
                sum += y.get(row * width + j) * dy.get(row * width + j);
            }
            delta.set(row, sum);
        }
    }
}
