package farsight.vector;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Attention whose weights max(q·k, 0) have unit norm and are not stored: {@code farsight.kernel.UnitAttentionKernels} by the
 * Vector API.
 */
public final class UnitAttentionVector {

    private UnitAttentionVector() {}

    /**
     * Y[b, s] = Σ_j max(q_i·k_j, 0)·v_j over the keys j of chunk s, and S[b, s] = Σ_j max(q_i·k_j, 0)².
     *
     * @param q [batch or 1, rows, c]
     * @param k [batch or 1, keys, c]
     * @param v [batch, keys, width]
     * @param y Y, [batch, chunks, rows, width]
     * @param squares S, [batch, chunks, rows]
     * @param strideQ floats from one q of the batch to the next: rows·c, or 0 where the batch shares one
     * @param strideK floats from one k of the batch to the next: keys·c, or 0 where the batch shares one
     * @param chunkKeys keys a chunk; chunks = ⌈keys / chunkKeys⌉
     */
    public static void sums(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray y,
            FloatArray squares,
            int batch,
            int rows,
            int keys,
            int c,
            int width,
            int strideQ,
            int strideK,
            int chunks,
            int chunkKeys,
            Workers workers) {
        new UnitAttention(
                        q.getSegment(),
                        k.getSegment(),
                        v.getSegment(),
                        y.getSegment(),
                        squares.getSegment(),
                        rows,
                        keys,
                        c,
                        width,
                        strideQ,
                        strideK,
                        chunks,
                        chunkKeys,
                        UnitAttention.End.SQUARES)
                .run(batch, workers);
    }

    /**
     * y_i = Σ_j w_ij·v_j with w_ij = max(q_i·k_j, 0) / max(n_i, ε), n_i the norm of what is divided; or without the
     * division.
     *
     * @param y [batch, rows, width]
     * @param norms n, [batch, rows]
     * @param unit 1 to divide
     */
    public static void attention(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray y,
            FloatArray norms,
            int batch,
            int rows,
            int keys,
            int c,
            int width,
            int strideQ,
            int strideK,
            int unit,
            Workers workers) {
        new UnitAttention(
                        q.getSegment(),
                        k.getSegment(),
                        v.getSegment(),
                        y.getSegment(),
                        norms.getSegment(),
                        rows,
                        keys,
                        c,
                        width,
                        strideQ,
                        strideK,
                        1,
                        keys,
                        unit == 1 ? UnitAttention.End.UNIT : UnitAttention.End.NORMS)
                .run(batch, workers);
    }
}
