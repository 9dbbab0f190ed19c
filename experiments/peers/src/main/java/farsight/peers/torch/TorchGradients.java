package farsight.peers.torch;

import farsight.block.Pass;
import farsight.peers.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A module in libtorch: its output as under {@code torch.no_grad()}, or with gradients by autograd. */
final class TorchGradients implements Problem {

    /** A module's {@code forward}. */
    interface Module {
        Tensor forward(Tensor x, Map<String, Tensor> weights);
    }

    private final Module module;
    private final boolean gradients;
    private final SequencedMap<String, Tensor> maps;
    private final SequencedMap<String, Tensor> weights;
    private final SequencedMap<String, Tensor> sought = new LinkedHashMap<>();
    private final List<Tensor> results = new ArrayList<>();

    /** Of tensors that others give and take back: x, dy, and the weights. */
    TorchGradients(Module module, Pass pass, SequencedMap<String, Tensor> maps, SequencedMap<String, Tensor> weights) {
        this.module = module;
        this.gradients = pass == Pass.FORWARD_BACKWARD;
        this.maps = maps;
        this.weights = weights;
        if (gradients) {
            sought.put("x", maps.get("x"));
            sought.putAll(weights);
            sought.values().forEach(t -> t.set_requires_grad(true));
        }
    }

    @Override
    public void run() {
        forget();
        Tensor y = module.forward(maps.get("x"), weights);
        results.add(y);
        if (gradients) {
            try (Locals at = new Locals()) {
                TensorVector of = at.let(new TensorVector(y));
                TensorVector by = at.let(new TensorVector(sought.values().toArray(Tensor[]::new)));
                TensorVector upstream = at.let(new TensorVector(maps.get("dy")));
                TensorVector all = at.let(torch.grad(of, by, upstream, at.let(new BoolOptional(false)), false, false));
                for (long i = 0; i < all.size(); i++) {
                    results.add(new Tensor(all.get(i)));
                }
            }
        }
    }

    @Override
    public SequencedMap<String, farsight.data.Tensor> results() {
        SequencedMap<String, farsight.data.Tensor> all = new LinkedHashMap<>();
        all.put("y", TorchInputs.read(results.getFirst()));
        int i = 1;
        for (String name : sought.keySet()) {
            all.put(name, TorchInputs.read(results.get(i++)));
        }
        return all;
    }

    private void forget() {
        results.forEach(Tensor::deallocate);
        results.clear();
    }

    @Override
    public void close() {
        forget();
    }
}
