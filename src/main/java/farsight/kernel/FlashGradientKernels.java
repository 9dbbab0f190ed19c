package farsight.kernel;

import static farsight.kernel.FlashAttentionKernels.BLOCK;
import static farsight.kernel.FlashAttentionKernels.PACKED;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The gradients of {@link FlashAttentionKernels}, attention that never stores P. Each kernel recomputes p_ij =
 * exp(σ·(q_i·k_j − m_i))·r_i, a block of keys or rows at a time.
 *
 * <p>Source: FlashAttention (Dao et al., 2022).
 */
public final class FlashGradientKernels {

    /** Flag: add to the gradient. */
    public static final int ADD = 1;

    private FlashGradientKernels() {}

    /**
     * dq_i = σ·Σ_j s_ij·k_j with s_ij = p_ij·(dy_i·v_j − D_i), or dq += that.
     *
     * @param stats m and r, [batch, rows, 2]
     * @param delta D, [batch, rows]
     * @param dq [batch, rows, c]
     * @param flags sum of {@link #ADD} and {@link FlashAttentionKernels#PACKED}, or 0
     */
    public static void flashQueryGradient(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray dy,
            FloatArray stats,
            FloatArray delta,
            FloatArray dq,
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
        for (@Parallel int row = 0; row < all; row++) {
            float[] s = new float[BLOCK];
            int firstKey = (row / rows) * keys;
            if ((flags & ADD) == 0) {
                for (int j = 0; j < c; j++) {
                    dq.set(row * c + j, 0f);
                }
            }
            for (int start = 0; start < keys; start += BLOCK) {
                int count = Math.min(BLOCK, keys - start);
                for (int i = 0; i < count; i++) {
                    int key = firstKey + start + i;
                    float logit = 0f;
                    for (int j = 0; j < c; j++) {
                        logit += q.get(row * c + j) * k.get(key * keyCols + j);
                    }
                    float dp = 0f;
                    for (int j = 0; j < width; j++) {
                        dp += dy.get(row * width + j) * v.get(key * valueCols + firstValue + j);
                    }
                    float p = TornadoMath.exp(scale * (logit - stats.get(2 * row))) * stats.get(2 * row + 1);
                    s[i] = p * (dp - delta.get(row));
                }
                for (int j = 0; j < c; j++) {
                    float part = 0f;
                    for (int i = 0; i < count; i++) {
                        part += s[i] * k.get((firstKey + start + i) * keyCols + j);
                    }
                    dq.set(row * c + j, dq.get(row * c + j) + scale * part);
                }
            }
        }
    }

    /**
     * dk_j = σ·Σ_i s_ij·q_i, or dk += that.
     *
     * @param stats m and r, [batch, rows, 2]
     * @param delta D, [batch, rows]
     * @param dk [batch, keys, c]
     * @param flags sum of {@link #ADD} and {@link FlashAttentionKernels#PACKED}, or 0
     */
    public static void flashKeyGradient(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray dy,
            FloatArray stats,
            FloatArray delta,
            FloatArray dk,
            int batch,
            int rows,
            int keys,
            int c,
            int width,
            float scale,
            int flags) {
        int all = batch * keys;
        int packed = (flags & PACKED) / PACKED;
        int keyCols = c + packed * width;
        int valueCols = width + packed * c;
        int firstValue = packed * c;
        for (@Parallel int key = 0; key < all; key++) {
            float[] s = new float[BLOCK];
            int firstRow = (key / keys) * rows;
            if ((flags & ADD) == 0) {
                for (int j = 0; j < c; j++) {
                    dk.set(key * c + j, 0f);
                }
            }
            for (int start = 0; start < rows; start += BLOCK) {
                int count = Math.min(BLOCK, rows - start);
                for (int i = 0; i < count; i++) {
                    int row = firstRow + start + i;
                    float logit = 0f;
                    for (int j = 0; j < c; j++) {
                        logit += q.get(row * c + j) * k.get(key * keyCols + j);
                    }
                    float dp = 0f;
                    for (int j = 0; j < width; j++) {
                        dp += dy.get(row * width + j) * v.get(key * valueCols + firstValue + j);
                    }
                    float p = TornadoMath.exp(scale * (logit - stats.get(2 * row))) * stats.get(2 * row + 1);
                    s[i] = p * (dp - delta.get(row));
                }
                for (int j = 0; j < c; j++) {
                    float part = 0f;
                    for (int i = 0; i < count; i++) {
                        part += s[i] * q.get((firstRow + start + i) * c + j);
                    }
                    dk.set(key * c + j, dk.get(key * c + j) + scale * part);
                }
            }
        }
    }

    /**
     * dv_j = Σ_i p_ij·dy_i, or dv += that.
     *
     * @param stats m and r, [batch, rows, 2]
     * @param dv [batch, keys, width]
     * @param flags sum of {@link #ADD} and {@link FlashAttentionKernels#PACKED}, or 0
     */
    public static void flashValueGradient(
            FloatArray q,
            FloatArray k,
            FloatArray dy,
            FloatArray stats,
            FloatArray dv,
            int batch,
            int rows,
            int keys,
            int c,
            int width,
            float scale,
            int flags) {
        int all = batch * keys;
        int packed = (flags & PACKED) / PACKED;
        int keyCols = c + packed * width;
        for (@Parallel int key = 0; key < all; key++) {
            float[] p = new float[BLOCK];
            int firstRow = (key / keys) * rows;
            if ((flags & ADD) == 0) {
                for (int j = 0; j < width; j++) {
                    dv.set(key * width + j, 0f);
                }
            }
            for (int start = 0; start < rows; start += BLOCK) {
                int count = Math.min(BLOCK, rows - start);
                for (int i = 0; i < count; i++) {
                    int row = firstRow + start + i;
                    float logit = 0f;
                    for (int j = 0; j < c; j++) {
                        logit += q.get(row * c + j) * k.get(key * keyCols + j);
                    }
                    p[i] = TornadoMath.exp(scale * (logit - stats.get(2 * row))) * stats.get(2 * row + 1);
                }
                for (int j = 0; j < width; j++) {
                    float part = 0f;
                    for (int i = 0; i < count; i++) {
                        part += p[i] * dy.get((firstRow + start + i) * width + j);
                    }
                    dv.set(key * width + j, dv.get(key * width + j) + part);
                }
            }
        }
    }
}
