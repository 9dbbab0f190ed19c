package farsight.peers.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;

/**
 * The local variables of a Python function: they live until it returns, and what is nested in an expression lives only
 * as long as that, so that libtorch holds here what it holds under Python and not more.
 */
final class Locals implements AutoCloseable {

    private final List<Pointer> all = new ArrayList<>();

    /** A variable. */
    <P extends Pointer> P let(P value) {
        all.add(value);
        return value;
    }

    /** f(value), where nothing else refers to the value. */
    static Tensor then(Tensor value, UnaryOperator<Tensor> f) {
        Tensor result = f.apply(value);
        value.deallocate();
        return result;
    }

    @Override
    public void close() {
        all.forEach(Pointer::deallocate);
    }
}
