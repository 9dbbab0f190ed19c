package farsight.op.attention;

import static farsight.op.Op.size;

import farsight.kernel.FlashAttentionKernels;
import farsight.program.Buffer;
import farsight.program.Shape;

/**
 * The extents of queries q [B, N, c], keys k [B, M, c], values v [B, M, w] and results y [B, N, w]. Keys and values may
 * be packed into one buffer [B, M, c + w] with rows [k_j, v_j].
 */
record AttentionExtents(Buffer q, Buffer k, Buffer v, Buffer y) {

    AttentionExtents {
        Shape s = q.shape();
        Shape keys = k.shape();
        long c = s.cols();
        long width = y.shape().cols();
        Shape values = v.shape();
        boolean apart = keys.cols() == c && values.equals(new Shape(keys.batch(), keys.rows(), width));
        if (!y.shape().equals(new Shape(s.batch(), s.rows(), width))
                || keys.batch() != s.batch()
                || !(apart || areOne(k, v, c + width))) {
            throw new IllegalArgumentException("attention: queries %s, keys %s, values %s and results %s do not fit"
                    .formatted(s, keys, values, y.shape()));
        }
    }

    private static boolean areOne(Buffer k, Buffer v, long cols) {
        return k.equals(v) && k.shape().cols() == cols;
    }

    /** Whether k and v are the columns of one buffer. */
    boolean packed() {
        return areOne(k, v, q.shape().cols() + y.shape().cols());
    }

    /** {@link FlashAttentionKernels#PACKED} or 0. */
    int flag() {
        return packed() ? FlashAttentionKernels.PACKED : 0;
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
        return size(y.shape().cols());
    }

    /** Pairs of a query and a key. */
    long pairs() {
        return Math.multiplyExact(
                q.shape().batch() * q.shape().rows(), k.shape().rows());
    }
}
