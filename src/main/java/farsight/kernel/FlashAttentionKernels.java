package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Exact softmax attention that never stores P: y_i = Σ_j p_ij·v_j, p_ij = softmax_j(σ·q_i·k_j).
 *
 * <p>Keys are visited in blocks of {@value #BLOCK}. A running maximum keeps the exponentials below 1;
 * when it rises, what was summed so far is scaled down. Two numbers a row are kept for the backward
 * pass, from which {@link FlashGradientKernels} compute the weights again:
 *
 * <pre>
 *   m_i = the q_i·k_j with the greatest σ·q_i·k_j      r_i = 1 / Σ_j exp(σ·(q_i·k_j − m_i))
 *   p_ij = exp(σ·(q_i·k_j − m_i))·r_i
 * </pre>
 *
 * <p>Not one, the log-sum-exp of which both are a part: beside a large logit it has no digits left for the sum, and the
 * weights of a row would no longer add up to 1. For the same reason σ multiplies the difference, and every pass adds up
 * q_i·k_j in the same order: the same logit less m_i is the same number in all of them, however large both are.
 *
 * <p>A logit that is infinite or NaN makes its row NaN: one that overflowed to −∞ need not be small.
 *
 * <p>Source: FlashAttention (Dao et al., 2022) for the recomputation; Milakov and Gimelshein (2018)
 * for the running softmax.
 */
public final class FlashAttentionKernels {

    /** Keys, or rows in the backward pass over keys, whose weights are held at a time. */
    static final int BLOCK = 64;

    /**
     * Channels of a query that are held aside, so that its result may be written over it: as many as one work-group of
     * {@code group.FlashAttentionGroups} has.
     */
    public static final int HELD = 128;

    /**
     * Flag, of {@link FlashGradientKernels} too: k and v are one array of rows [k_j, v_j], [batch, keys, c + width],
     * which is given as both. Their gradients are two arrays all the same.
     */
    public static final int PACKED = 2;

    /** No logit but −∞ is below: not −∞ itself, less which it would be NaN. */
    private static final float LOWEST = -Float.MAX_VALUE;

    private FlashAttentionKernels() {}

    /**
     * y, m and r.
     *
     * @param q [batch, rows, c]
     * @param k [batch, keys, c], or with v where they are packed
     * @param v [batch, keys, width], or with k
     * @param y [batch, rows, width], perhaps q itself where c = width ≤ {@value #HELD}
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
                    // NaN where the logit overflowed, at −∞ too.
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
     * D_i = dy_i·y_i, which is Σ_j p_ij·(dy_i·v_j).
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
