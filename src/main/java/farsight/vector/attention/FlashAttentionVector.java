package farsight.vector.attention;

import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Exact softmax attention that never stores P: {@code farsight.kernel.FlashAttentionKernels} by the Vector API. One
 * method here computes the three gradients of {@code farsight.kernel.FlashGradientKernels}, with P computed once for
 * all of them.
 *
 * <p>Beside its arguments an operation uses at most 1.5 MB of scratch per thread for up to 512 channels, which the
 * thread keeps: the packed operands of a block of rows and keys, and the block's weights.
 */
public final class FlashAttentionVector {

    private FlashAttentionVector() {}

    /**
     * y_i = Σ_j softmax_j(σ·q_i·k_j)·v_j, m and r.
     *
     * @param q [batch, rows, c]
     * @param k [batch, keys, c]
     * @param v [batch, keys, width]
     * @param y [batch, rows, width], may be q itself if c = width
     * @param stats m and r, [batch, rows, 2]; m is near the q_i·k_j of the largest logit
     * @param scale σ
     * @param packed 1 if k and v are one array of rows [k_j, v_j], else 0
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
            int packed,
            Workers workers) {
        new FlashForward(
                        q.getSegment(),
                        k.getSegment(),
                        values(v, c, packed),
                        y.getSegment(),
                        stats.getSegment(),
                        rows,
                        keys,
                        c,
                        width,
                        c + packed * width,
                        width + packed * c,
                        scale)
                .run(batch, workers);
    }

    /**
     * dq_i = σ·Σ_j s_ij·k_j, dk_j = σ·Σ_i s_ij·q_i, dv_j = Σ_i p_ij·dy_i, or each += that; with p_ij = exp(σ·(q_i·k_j −
     * m_i))·r_i and s_ij = p_ij·(dy_i·v_j − D_i). Gradients that share an array are added in this order.
     *
     * @param stats m and r, [batch, rows, 2]
     * @param delta D, [batch, rows]
     * @param dq [batch, rows, c]
     * @param dk [batch, keys, c]
     * @param dv [batch, keys, width]
     * @param packed 1 if k and v are one array of rows [k_j, v_j], else 0
     */
    public static void flashGradients(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray dy,
            FloatArray stats,
            FloatArray delta,
            FloatArray dq,
            FloatArray dk,
            FloatArray dv,
            int batch,
            int rows,
            int keys,
            int c,
            int width,
            float scale,
            int packed,
            int accumulateQuery,
            int accumulateKey,
            int accumulateValue,
            Workers workers) {
        MemorySegment dqs = target(dq, (long) batch * rows * c, accumulateQuery);
        MemorySegment dks = target(dk, (long) batch * keys * c, accumulateKey);
        MemorySegment dvs = target(dv, (long) batch * keys * width, accumulateValue);
        FlashBackward all = new FlashBackward(
                q.getSegment(),
                k.getSegment(),
                values(v, c, packed),
                dy.getSegment(),
                stats.getSegment(),
                delta.getSegment(),
                dqs,
                dks,
                dvs,
                rows,
                keys,
                c,
                width,
                c + packed * width,
                width + packed * c,
                scale);
        if (dq != dk && dq != dv && dk != dv) {
            all.run(batch, workers);
        } else {
            // Separate passes: blocks of one turn would add to the same elements.
            all.of(dqs, null, null).run(batch, workers);
            if (dk != dv) {
                all.of(null, dks, dvs).run(batch, workers);
            } else {
                all.of(null, dks, null).run(batch, workers);
                all.of(null, null, dvs).run(batch, workers);
            }
        }
    }

    /** The segment from the first row's values. */
    private static MemorySegment values(FloatArray v, int c, int packed) {
        return v.getSegment().asSlice((long) packed * c * Float.BYTES);
    }

    /** A gradient, 0 unless it is added to. */
    static MemorySegment target(FloatArray d, long elements, int accumulate) {
        MemorySegment segment = d.getSegment();
        if (accumulate == 0) {
            segment.asSlice(0, elements * Float.BYTES).fill((byte) 0);
        }
        return segment;
    }
}
