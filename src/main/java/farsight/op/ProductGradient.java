package farsight.op;

import farsight.program.Buffer;

/**
 * What the gradients back through a normalisation have in common, where the gradient of its result Y is a product, A·Bᵀ,
 * that is not stored: of the product and of Y each element of dX needs its own alone.
 */
final class ProductGradient {

    private ProductGradient() {}

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

    /** Only Y's place can be taken, and only where it is not a factor too. */
    static boolean mayOverwrite(Buffer read, Buffer a, Buffer b, Buffer y) {
        return read.equals(y) && !y.equals(a) && !y.equals(b);
    }

    /** Of the product, and three an element for what follows. */
    static long flops(Buffer a, Buffer dx) {
        return Math.addExact(
                Math.multiplyExact(2 * dx.elements(), a.shape().cols()), Math.multiplyExact(3, dx.elements()));
    }
}
