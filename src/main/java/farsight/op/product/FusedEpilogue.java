package farsight.op.product;

import farsight.op.Call;
import farsight.op.Op;
import farsight.program.Buffer;
import java.util.List;
import java.util.stream.Stream;

/** Shared parts of operations that fuse a product A·Bᵀ with an in-place epilogue. */
final class FusedEpilogue {

    private FusedEpilogue() {}

    /**
     * Checks that the epilogue takes the product in place.
     *
     * @throws IllegalArgumentException if it does not
     */
    static void check(MatMul product, Buffer in, Buffer out) {
        boolean plain = product.transposed() && !product.accumulate() && product.alpha() == 1f;
        if (!plain || !product.c().equals(in) || !in.equals(out)) {
            throw new IllegalArgumentException("the epilogue must take the product A·Bᵀ in place");
        }
    }

    /** The calls of the product, then the calls of the epilogue. */
    static List<Call> calls(MatMul product, Op epilogue) {
        return Stream.concat(product.calls().stream().map(c -> c.named("Product")), epilogue.calls().stream())
                .toList();
    }

    static long flops(MatMul product, Op epilogue) {
        return Math.addExact(product.flops(), epilogue.flops());
    }
}
