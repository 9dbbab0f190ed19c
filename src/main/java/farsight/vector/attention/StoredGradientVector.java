package farsight.vector.attention;

import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The gradients of attention whose weights are stored, by the Vector API. */
public final class StoredGradientVector {

    private StoredGradientVector() {}

    /**
     * dq_i = Σ_j s_ij·k_j, dk_j = Σ_i s_ij·q_i and dv_j = Σ_i p_ij·dy_i, or each += that; with s_ij = σ·p_ij·(dy_i·v_j −
     * D_i).
     *
     * @param p P, [batch, rows, keys]
     * @param delta D, [batch, rows]
     * @param scale σ
     */
    public static void gradients(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray p,
            FloatArray dy,
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
            int accumulateQuery,
            int accumulateKey,
            int accumulateValue,
            Workers workers) {
        MemorySegment dqs = FlashAttentionVector.target(dq, (long) batch * rows * c, accumulateQuery);
        MemorySegment dks = FlashAttentionVector.target(dk, (long) batch * keys * c, accumulateKey);
        MemorySegment dvs = FlashAttentionVector.target(dv, (long) batch * keys * width, accumulateValue);
        StoredBackward all = new StoredBackward(
                q.getSegment(),
                k.getSegment(),
                v.getSegment(),
                p.getSegment(),
                dy.getSegment(),
                delta.getSegment(),
                dqs,
                dks,
                dvs,
                rows,
                keys,
                c,
                width,
                scale);
        if (dq != dk && dq != dv && dk != dv) {
            all.run(batch, workers);
            return;
        }
        // Separate passes: blocks of one turn would add to the same elements.
        all.of(null, null, dvs).run(batch, workers);
        all.of(dqs, null, null).run(batch, workers);
        all.of(null, dks, null).run(batch, workers);
    }
}
