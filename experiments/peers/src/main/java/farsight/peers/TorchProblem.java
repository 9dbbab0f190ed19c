package farsight.peers;

import farsight.block.Pass;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A case in libtorch: without gradients as under {@code torch.no_grad()}, else by its autograd. */
final class TorchProblem implements Problem {

    /** A module's {@code forward}. */
    interface Module {
        Tensor forward(Tensor x, Map<String, Tensor> weights);
    }

    private final Module module;
    private final Pass pass;
    private final SequencedMap<String, Tensor> given;
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final List<Tensor> results = new ArrayList<>();

    private TorchProblem(Module module, Pass pass, SequencedMap<String, Tensor> given) {
        this.module = module;
        this.pass = pass;
        this.given = given;
        weights.putAll(given);
        weights.remove("dy");
    }

    static Prepared prepare(Case c, Pass pass, Inputs inputs) {
        SequencedMap<String, Tensor> given = new LinkedHashMap<>();
        inputs.features().forEach((name, values) -> given.put(name, tensor(values)));
        inputs.weights().forEach((name, values) -> given.put(name, tensor(values)));
        boolean gradients = pass == Pass.FORWARD_BACKWARD;
        GradMode.set_enabled(gradients);
        given.forEach((name, t) -> t.set_requires_grad(gradients && !name.equals("dy")));
        return new Prepared() {
            @Override
            public long copiedBytes() {
                return 0;
            }

            @Override
            public Problem open() {
                return switch (c) {
                    case Case.Product p -> new TorchProduct(p, given.get("a"), given.get("b"));
                    case Case.OfBlock b -> new TorchProblem(TorchBlocks.of(b.block()), pass, given);
                };
            }

            @Override
            public void close() {
                given.values().forEach(Tensor::deallocate);
            }
        };
    }

    /** A copy in memory of libtorch's own, aligned as it likes it. */
    private static Tensor tensor(farsight.data.Tensor values) {
        FloatPointer copy = Native.copied(values);
        Tensor foreign = torch.from_blob(copy, values.shape());
        Tensor own = foreign.clone();
        foreign.deallocate();
        copy.deallocate();
        return own;
    }

    static farsight.data.Tensor read(Tensor t) {
        Tensor inOrder = t.contiguous();
        farsight.data.Tensor values = Native.read(inOrder.data_ptr(), inOrder.numel());
        inOrder.deallocate();
        return values;
    }

    @Override
    public void run() {
        forget();
        Tensor y = module.forward(given.get("x"), weights);
        results.add(y);
        if (pass == Pass.FORWARD_BACKWARD) {
            try (Locals at = new Locals()) {
                TensorVector of = at.let(new TensorVector(y));
                TensorVector by = at.let(new TensorVector(weights.values().toArray(Tensor[]::new)));
                TensorVector upstream = at.let(new TensorVector(given.get("dy")));
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
        all.put("y", read(results.getFirst()));
        int i = 1;
        for (String name : weights.keySet()) {
            if (i < results.size()) {
                all.put(name, read(results.get(i++)));
            }
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
