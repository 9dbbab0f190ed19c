package farsight.peers.torch;

import farsight.block.Pass;
import farsight.peers.problem.Case;
import farsight.peers.problem.Inputs;
import farsight.peers.problem.Native;
import farsight.peers.problem.Prepared;
import farsight.peers.problem.Problem;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The inputs of a case as libtorch's tensors, from which its problems start. */
public final class TorchInputs implements Prepared {

    private final Case c;
    private final Pass pass;
    private final Tensor labels;
    private final SequencedMap<String, Tensor> factors = new LinkedHashMap<>();
    private final SequencedMap<String, Tensor> maps = new LinkedHashMap<>();
    private final SequencedMap<String, Tensor> weights = new LinkedHashMap<>();

    private TorchInputs(Case c, Pass pass, Inputs inputs, boolean channelsLast) {
        this.c = c;
        this.pass = pass;
        inputs.factors().forEach((name, values) -> factors.put(name, tensor(values, false)));
        inputs.maps().forEach((name, values) -> maps.put(name, tensor(values, channelsLast)));
        inputs.weights().forEach((name, values) -> weights.put(name, tensor(values, channelsLast)));
        labels = torch.tensor(inputs.labels());
    }

    /**
     * Copies them.
     *
     * @param channelsLast whether maps and filters lie in that format; both look like [B, C, H, W] to who computes
     */
    public static Prepared prepare(Case c, Pass pass, Inputs inputs, boolean channelsLast) {
        GradMode.set_enabled(pass == Pass.FORWARD_BACKWARD);
        return new TorchInputs(c, pass, inputs, channelsLast);
    }

    @Override
    public long copiedBytes() {
        return 0;
    }

    @Override
    public Problem open() {
        return switch (c) {
            case Case.Product _ -> new TorchProduct(factors.get("a"), factors.get("b"));
            case Case.Convolution _ -> new TorchGradients(TorchBlocks::convolution3x3, pass, maps, weights);
            case Case.OfBlock b -> new TorchGradients(TorchBlocks.of(b.block()), pass, maps, weights);
            case Case.Training t -> new TorchTraining(t.network(), maps.get("x"), labels, weights);
        };
    }

    @Override
    public void close() {
        factors.values().forEach(Tensor::deallocate);
        maps.values().forEach(Tensor::deallocate);
        weights.values().forEach(Tensor::deallocate);
        labels.deallocate();
    }

    /** A copy in memory of libtorch's own, aligned as it likes it. */
    private static Tensor tensor(farsight.data.Tensor values, boolean channelsLast) {
        FloatPointer copy = Native.copied(values);
        Tensor foreign = torch.from_blob(copy, values.shape());
        Tensor own = foreign.clone();
        foreign.deallocate();
        copy.deallocate();
        return channelsLast && values.shape().length == 4
                ? Locals.then(own, t -> t.contiguous(torch.MemoryFormat.ChannelsLast))
                : own;
    }

    static farsight.data.Tensor read(Tensor t) {
        Tensor inOrder = t.contiguous();
        farsight.data.Tensor values = Native.read(inOrder.data_ptr(), inOrder.numel());
        inOrder.deallocate();
        return values;
    }
}
