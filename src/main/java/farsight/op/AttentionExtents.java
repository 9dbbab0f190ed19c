package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.StreamingKernels;
import farsight.program.Buffer;

/**
 * The numbers of queries q [B, N, c], keys k [B, M, c] and values v [B, M, w]; or of one buffer [B, M, c + w] that is k and
 * v, rows [k_j, v_j].
 */
record AttentionExtents(Buffer q, Buffer k, Buffer v) {

    AttentionExtents {
        long c = q.shape().cols();
        if (k.shape().cols() != c && (k.shape().cols() < c || !k.equals(v))) {
            throw new IllegalArgumentException("keys %s do not go with queries %s".formatted(k.shape(), q.shape()));
        }
    }

    /** Whether k and v are one buffer side by side. */
    boolean packed() {
        return k.shape().cols() > q.shape().cols();
    }

    /** {@link StreamingKernels#PACKED} or 0. */
    int flag() {
        return packed() ? StreamingKernels.PACKED : 0;
    }

    int batch() {
        return size(q.shape().batch());
    }

    /** N. */
    int rows() {
        return size(q.shape().rows());
    }

    /** M. */
    int keys() {
        return size(k.shape().rows());
    }

    int c() {
        return size(q.shape().cols());
    }

    /** w. */
    int width() {
        long cols = v.shape().cols();
        return size(packed() ? cols - q.shape().cols() : cols);
    }

    /** Pairs of a query and a key. */
    long pairs() {
        return Math.multiplyExact(
                q.shape().batch() * q.shape().rows(), k.shape().rows());
    }
}
