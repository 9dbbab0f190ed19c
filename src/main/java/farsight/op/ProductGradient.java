package farsight.op;

import farsight.program.Buffer;
import java.util.List;

/**
 * What the gradients back through a normalisation have in common, where the gradient of its result Y is a product, A·Bᵀ,
 * that is not stored: of the product and of Y each element of dX needs its own alone.
 */
interface ProductGradient extends Op {

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
     * @throws IllegalArgumentException when they do not, naming them
     */
    static void check(Buffer a, Buffer b, Buffer y, Buffer dx) {
        var _ = new MatMul(a, b, dx, true, 1f, false);
        if (!y.shape().equals(dx.shape())) {
            throw new IllegalArgumentException("Y " + y.shape() + " does not go with a gradient " + dx.shape());
        }
    }

    @Override
    default List<Buffer> writes() {
        return List.of(dx());
    }

    /** Only Y's place can be taken, and only where it is not a factor too. */
    @Override
    default boolean mayOverwrite(Buffer read, Buffer written) {
        return read.equals(y()) && !y().equals(a()) && !y().equals(b());
    }

    /** Of the product, and three an element for what follows. */
    @Override
    default long flops() {
        return Math.addExact(
                Math.multiplyExact(2 * dx().elements(), a().shape().cols()), Math.multiplyExact(3, dx().elements()));
    }
}
