package farsight.peers.torch;

import farsight.peers.problem.Problem;
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

    TorchProduct(Tensor a, Tensor b) {
        this.a = a;
        this.b = b;
        this.c = torch.zeros(a.size(0), b.size(1));
    }

    @Override
    public void run() {
        torch.mm_out(c, a, b);
    }

    @Override
    public SequencedMap<String, farsight.data.Tensor> results() {
        return new LinkedHashMap<>(Map.of("c", TorchInputs.read(c)));
    }

    @Override
    public void close() {
        c.deallocate();
    }
}
