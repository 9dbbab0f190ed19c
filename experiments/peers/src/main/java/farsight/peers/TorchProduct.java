package farsight.peers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** {@code torch.mm(a, b, out=c)}. */
final class TorchProduct implements Problem {

    private final Tensor a;
    private final Tensor b;
    private final Tensor c;

    TorchProduct(Case.Product p, Tensor a, Tensor b) {
        this.a = a;
        this.b = b;
        this.c = torch.zeros(p.m(), p.n());
    }

    @Override
    public void run() {
        torch.mm_out(c, a, b);
    }

    @Override
    public SequencedMap<String, farsight.data.Tensor> results() {
        return new LinkedHashMap<>(Map.of("c", TorchProblem.read(c)));
    }

    @Override
    public void close() {
        c.deallocate();
    }
}
