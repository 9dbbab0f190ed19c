package farsight.op.image;

import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.ConvolutionWeightKernels;
import farsight.kernel.DepthwiseKernels;
import farsight.kernel.group.ConvolutionGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.sum.ChunkSum;
import farsight.op.sum.Chunks;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.image.ConvolutionVector;
import farsight.vector.image.DepthwiseVector;
import java.util.List;

/**
 * dW[o, c, t] = Σ_q x[input under tap t of q, c]·dy[q, o] over the outputs q of the batch, or dW += that: the gradient
 * of {@link Convolution} by its weight. The sum is taken chunk by chunk of the outputs, in W's transposed order.
 *
 * @param x [B, H·W, C]
 * @param dy like the result
 * @param dw like the weight, [O, C/groups, taps]
 * @param partial one transposed dW per chunk, [1, chunks·C/groups·taps, O]
 * @param sum their sum, [1, C/groups·taps, O]; {@code partial} itself if there is one chunk
 * @param chunks the chunks of outputs
 */
public record ConvolutionWeightGradient(
        Buffer x,
        Buffer dy,
        Buffer dw,
        Buffer partial,
        Buffer sum,
        Chunks chunks,
        Window window,
        int groups,
        boolean accumulate)
        implements Op {

    private static final Kernel CHUNKS = Kernel.of(ConvolutionWeightKernels::convolveWeightGradientChunks)
            .group(ConvolutionGroups::convolveWeightGradientChunks)
            .vector(ConvolutionVector.class);
    private static final Kernel DEPTHWISE =
            Kernel.of(DepthwiseKernels::depthwiseWeightGradientChunks).vector(DepthwiseVector.class);

    /** Checks that the shapes fit. */
    public ConvolutionWeightGradient {
        var _ = ConvolutionForm.of(x.shape(), dw.shape(), dy.shape(), window, groups);
    }

    /** Adds this operation and its workspace to the program. */
    public static void record(
            Program.Builder program, Buffer x, Buffer dy, Buffer dw, Window window, int groups, boolean accumulate) {
        ConvolutionForm form = ConvolutionForm.of(x.shape(), dw.shape(), dy.shape(), window, groups);
        Chunks chunks = form.depthwise()
                ? Chunks.ofUnstored(form.outputs(), dw.elements())
                : Chunks.ofProduct(form.outputs(), dw.elements());
        Shape one = form.transposed(false);
        Buffer sum = program.buffer(dw.name() + ".sum", one, Role.INTERMEDIATE);
        Buffer partial = chunks.count() == 1
                ? sum
                : program.buffer(
                        dw.name() + ".chunks",
                        new Shape(1, chunks.count() * one.rows(), one.cols()),
                        Role.INTERMEDIATE);
        program.add(new ConvolutionWeightGradient(x, dy, dw, partial, sum, chunks, window, groups, accumulate));
    }

    private ConvolutionForm form() {
        return ConvolutionForm.of(x.shape(), dw.shape(), dy.shape(), window, groups);
    }

    @Override
    public String name() {
        return "convolutionWeightGradient";
    }

    @Override
    public List<Call> calls() {
        ConvolutionForm form = form();
        Call first = form.depthwise() ? depthwise(form) : convolve(form);
        Call last = form.transposeBack(sum, dw, accumulate);
        return partial.equals(sum) ? List.of(first, last) : List.of(first, ChunkSum.of(partial, sum), last);
    }

    private Call convolve(ConvolutionForm form) {
        return CHUNKS.call(
                        in(x),
                        in(dy),
                        out(partial),
                        size(form.batch()),
                        form.height(),
                        form.width(),
                        size(form.channels()),
                        size(form.out()),
                        groups,
                        form.kernel(),
                        form.stride(),
                        form.padding(),
                        form.dilation(),
                        chunks.rows())
                .by(new Launch.Groups(
                        () -> ConvolutionGroups.weightCount(
                                chunks.count(), form.channels(), form.out(), groups, form.kernel()),
                        ConvolutionGroups.ITEMS,
                        ConvolutionGroups.LOCAL_BYTES,
                        new Launch.HeavyIterations(() -> ConvolutionWeightKernels.parts(
                                chunks.count(),
                                Math.toIntExact(form.channels()),
                                Math.toIntExact(form.out()),
                                groups,
                                form.kernel()))));
    }

    private Call depthwise(ConvolutionForm form) {
        int kernel = form.kernel();
        return DEPTHWISE
                .call(
                        in(x),
                        in(dy),
                        out(partial),
                        size(form.batch()),
                        form.height(),
                        form.width(),
                        size(form.channels()),
                        kernel,
                        form.stride(),
                        form.padding(),
                        form.dilation(),
                        chunks.rows())
                .by(new Launch.Iterations(DepthwiseKernels.weightParts(chunks.count(), size(form.channels()), kernel)));
    }

    @Override
    public long flops() {
        return form().flops();
    }
}
