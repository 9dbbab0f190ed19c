package farsight.op.product;

import farsight.op.Op;
import farsight.op.Operand;
import farsight.program.Buffer;

/**
 * Shared parts of the gradients through a normalisation whose result Y has the gradient A·Bᵀ. The product is not
 * stored: each element of dX needs only the same element of the product and of Y.
 */
interface GemmGradient extends Op {

    /** A, [batch, m, k]. */
    Buffer a();

    /** B, [batch or 1, n, k]. */
    Buffer b();

    /** Y, [batch, m, n]. */
    Buffer y();

    /** Like Y. */
    Buffer dx();

    /**
     * Checks that the shapes fit.
     *
     * @throws IllegalArgumentException if they do not; names them
     */
    static void check(Buffer a, Buffer b, Buffer y, Buffer dx) {
        var _ = new MatMul(a, b, dx, true, 1f, false);
        if (!y.shape().equals(dx.shape())) {
            throw new IllegalArgumentException(
                    "Y " + y.shape() + " and dX " + dx.shape() + " must have the same shape");
        }
    }

    /** dX; it may share Y's array unless Y is also a factor. */
    default Operand target() {
        Operand out = Operand.out(dx());
        return y().equals(a()) || y().equals(b()) ? out : out.over(y());
    }

    /** The product, and three operations per element for the epilogue. */
    @Override
    default long flops() {
        return Math.addExact(
                Math.multiplyExact(2 * dx().elements(), a().shape().cols()), Math.multiplyExact(3, dx().elements()));
    }
}
