package farsight.vector.attention;

import farsight.vector.Workers;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Attention with weights max(q·k, 0) of unit norm that are not stored: {@code farsight.kernel.L2ReluAttentionKernels}
 * by the Vector API.
 */
public final class L2ReluAttentionVector {

    private L2ReluAttentionVector() {}

    /**
     * Y[b, s] = Σ_j max(q_i·k_j, 0)·v_j over the keys j of chunk s, and S[b, s] = Σ_j max(q_i·k_j, 0)².
     *
     * @param q [batch or 1, rows, c]
     * @param k [batch or 1, keys, c]
     * @param v [batch, keys, width]
     * @param y Y, [batch, chunks, rows, width]
     * @param squares S, [batch, chunks, rows]
     * @param strideQ floats from one q of the batch to the next: rows·c, or 0 if the batch shares one
     * @param strideK floats from one k of the batch to the next: keys·c, or 0 if the batch shares one
     * @param chunkKeys keys per chunk; chunks = ⌈keys / chunkKeys⌉
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
        new L2ReluForward(
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
                        L2ReluForward.End.SQUARES)
                .run(batch, workers);
    }

    /**
     * dQ, dK and dV of attention with weights of unit norm. If there are more keys than rows, dQ is summed in chunks;
     * otherwise dK and dV are.
     *
     * @param dy [batch, rows, width]
     * @param norms [batch, rows]
     * @param delta D_i = y_i·dy_i, [batch, rows]
     * @param dq [batch, chunks, rows, c], or without chunks if rows are not fewer than keys
     * @param dk [batch, chunks, keys, c], or without chunks if keys are more than rows
     * @param dv [batch, chunks, keys, width], or without chunks like dk
     * @param chunkRows rows or keys per chunk
     * @param addQuery 1 to add to dq
     * @param addKey 1 to add to dk
     * @param addValue 1 to add to dv
     */
    public static void gradients(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray dy,
            FloatArray norms,
            FloatArray delta,
            FloatArray dq,
            FloatArray dk,
            FloatArray dv,
            int batch,
            int rows,
            int keys,
            int c,
            int width,
            int strideQ,
            int strideK,
            int chunks,
            int chunkRows,
            int addQuery,
            int addKey,
            int addValue,
            Workers workers) {
        boolean rowsAreMore = rows >= keys;
        FloatArray long1 = rowsAreMore ? q : k;
        FloatArray long2 = rowsAreMore ? dy : v;
        FloatArray short1 = rowsAreMore ? k : q;
        FloatArray short2 = rowsAreMore ? v : dy;
        L2ReluBackward.Sum query = new L2ReluBackward.Sum(dq.getSegment(), addQuery == 1);
        L2ReluBackward.Sum key = new L2ReluBackward.Sum(dk.getSegment(), addKey == 1);
        L2ReluBackward.Sum value = new L2ReluBackward.Sum(dv.getSegment(), addValue == 1);
        new L2ReluBackward(
                        long1.getSegment(),
                        long2.getSegment(),
                        short1.getSegment(),
                        short2.getSegment(),
                        norms.getSegment(),
                        delta.getSegment(),
                        rowsAreMore ? query : key,
                        rowsAreMore ? null : value,
                        rowsAreMore ? key : query,
                        rowsAreMore ? value : null,
                        Math.max(rows, keys),
                        Math.min(rows, keys),
                        c,
                        width,
                        rowsAreMore ? strideQ : strideK,
                        rowsAreMore ? strideK : strideQ,
                        chunks,
                        chunkRows,
                        rowsAreMore)
                .run(batch, workers);
    }

    /**
     * y_i = Σ_j w_ij·v_j with w_ij = max(q_i·k_j, 0) / max(n_i, ε), n_i the norm of the weights before the division; or
     * without the division.
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
        new L2ReluForward(
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
                        unit == 1 ? L2ReluForward.End.UNIT : L2ReluForward.End.NORMS)
                .run(batch, workers);
    }
}
