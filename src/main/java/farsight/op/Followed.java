package farsight.op;

import farsight.program.Buffer;
import java.util.List;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/** What operations have in common that are a product A·Bᵀ and, in place, what follows it. */
final class Followed {

    private Followed() {}

    /**
     * Checks that what follows a product takes what it gives, in place.
     *
     * @throws IllegalArgumentException when it does not
     */
    static void check(MatMul product, Buffer in, Buffer out) {
        boolean plain = product.transposed() && !product.accumulate() && product.alpha() == 1f;
        if (!plain || !product.c().equals(in) || !in.equals(out)) {
            throw new IllegalArgumentException("the product A·Bᵀ must be what the rest takes, in place");
        }
    }

    /** What both read, but for the product itself. */
    static List<Buffer> reads(MatMul product, Op rest) {
        return Stream.concat(product.reads().stream(), rest.reads().stream())
                .filter(b -> !b.equals(product.c()))
                .distinct()
                .toList();
    }

    static long flops(MatMul product, Op rest) {
        return Math.addExact(product.flops(), rest.flops());
    }

    /** The plain kernels, one after the other. */
    static List<TaskPackage> tasks(MatMul product, Op rest, String id, Storage at) {
        return Stream.concat(product.tasks(id + "Product", at).stream(), rest.tasks(id, at).stream())
                .toList();
    }

    /** The kernels of both for a device, one after the other. */
    static List<GridTask> groupTasks(MatMul product, Op rest, String id, Storage at, GroupLimits limits) {
        return Stream.concat(
                        product.groupTasks(id + "Product", at, limits).stream(),
                        rest.groupTasks(id, at, limits).stream())
                .toList();
    }
}
