package farsight.op.image;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.ConvolutionKernels;
import farsight.kernel.DepthwiseKernels;
import farsight.kernel.group.ConvolutionGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.vector.image.ConvolutionVector;
import farsight.vector.image.DepthwiseVector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * y[q, o] = b[o] + Σ_t Σ_c x[q·stride − padding + t·dilation, c]·W[o, c, t], PyTorch's Conv2d and Conv1d: c runs over
 * the channels of o's group, t over the window.
 *
 * @param x [B, H·W, C]
 * @param w W, [O, C/groups, taps], PyTorch's order
 * @param bias b, [1, 1, O], or null for none
 * @param transposed workspace for W transposed, [1, C/groups·taps, O], and b as one row more
 * @param y [B, positions of the result, O]
 * @param window over the maps of x
 * @param groups of channels and outputs; each output depends on its own group's channels
 */
public record Convolution(
        Buffer x, Buffer w, @Nullable Buffer bias, Buffer transposed, Buffer y, Window window, int groups)
        implements Op {

    private static final Kernel CONVOLVE = Kernel.of(ConvolutionKernels::convolve)
            .group(ConvolutionGroups::convolve)
            .vector(ConvolutionVector.class);
    private static final Kernel DEPTHWISE =
            Kernel.of(DepthwiseKernels::depthwise).vector(DepthwiseVector.class);
    private static final Kernel INPUT_GRADIENT = Kernel.of(ConvolutionKernels::convolveInputGradient)
            .group(ConvolutionGroups::convolveInputGradient)
            .vector(ConvolutionVector.class);
    private static final Kernel DEPTHWISE_INPUT_GRADIENT =
            Kernel.of(DepthwiseKernels::depthwiseInputGradient).vector(DepthwiseVector.class);

    /** Checks that the shapes fit. */
    public Convolution {
        ConvolutionForm.of(x.shape(), w.shape(), y.shape(), window, groups).check(bias);
    }

    /** Adds this operation and its workspace to the program. */
    public static void record(
            Program.Builder program, Buffer x, Buffer w, @Nullable Buffer bias, Buffer y, Window window, int groups) {
        ConvolutionForm form = ConvolutionForm.of(x.shape(), w.shape(), y.shape(), window, groups);
        Buffer transposed = program.buffer(y.name() + ".weight", form.transposed(bias != null), Role.INTERMEDIATE);
        program.add(new Convolution(x, w, bias, transposed, y, window, groups));
    }

    private ConvolutionForm form() {
        return ConvolutionForm.of(x.shape(), w.shape(), y.shape(), window, groups);
    }

    @Override
    public String name() {
        return "convolution";
    }

    @Override
    public List<Call> calls() {
        ConvolutionForm form = form();
        List<Call> calls = new ArrayList<>();
        calls.add(form.transpose(w, transposed));
        if (bias != null) {
            calls.add(form.addBias(bias, transposed));
        }
        calls.add(form.depthwise() ? depthwise(form) : convolve(form));
        return List.copyOf(calls);
    }

    private Call convolve(ConvolutionForm form) {
        return CONVOLVE.call(
                        in(x),
                        in(transposed),
                        out(y),
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
                        flag(bias != null))
                .by(byParts(form.outputs(), form.out(), groups));
    }

    private Call depthwise(ConvolutionForm form) {
        return DEPTHWISE
                .call(
                        in(x),
                        in(transposed),
                        out(y),
                        size(form.batch()),
                        form.height(),
                        form.width(),
                        size(form.channels()),
                        form.kernel(),
                        form.stride(),
                        form.padding(),
                        form.dilation(),
                        flag(bias != null))
                .by(new Launch.Elements(y.shape()));
    }

    @Override
    public long flops() {
        return form().flops();
    }

    private static Launch byParts(long positions, long columns, int groups) {
        return new Launch.Groups(
                () -> ConvolutionGroups.count(positions, columns, groups),
                ConvolutionGroups.ITEMS,
                ConvolutionGroups.LOCAL_BYTES,
                new Launch.HeavyIterations(
                        () -> ConvolutionKernels.parts(Math.toIntExact(positions), Math.toIntExact(columns), groups)));
    }

    /**
     * dx[p, c] = Σ_t Σ_o dy[q, o]·W[o, c, t] over the outputs q whose tap t lies on p; or dx += that.
     *
     * @param dy like the result
     * @param w W, [O, C/groups, taps]
     * @param turned workspace: W as [O, taps, C/groups]; if each channel is by itself, as [1, taps, O]
     * @param dx like the input
     */
    public record InputGradient(
            Buffer dy, Buffer w, Buffer turned, Buffer dx, Window window, int groups, boolean accumulate)
            implements Op {

        /** Checks that the shapes fit. */
        public InputGradient {
            var _ = ConvolutionForm.of(dx.shape(), w.shape(), dy.shape(), window, groups);
        }

        /** Adds this operation and its workspace to the program. */
        public static void record(
                Program.Builder program,
                Buffer dy,
                Buffer w,
                Buffer dx,
                Window window,
                int groups,
                boolean accumulate) {
            ConvolutionForm form = ConvolutionForm.of(dx.shape(), w.shape(), dy.shape(), window, groups);
            Buffer turned = program.buffer(
                    dx.name() + ".weight",
                    form.depthwise() ? form.transposed(false) : form.tapsFirst(),
                    Role.INTERMEDIATE);
            program.add(new InputGradient(dy, w, turned, dx, window, groups, accumulate));
        }

        private ConvolutionForm form() {
            return ConvolutionForm.of(dx.shape(), w.shape(), dy.shape(), window, groups);
        }

        @Override
        public String name() {
            return "convolutionInputGradient";
        }

        @Override
        public List<Call> calls() {
            ConvolutionForm form = form();
            return form.depthwise()
                    ? List.of(form.transpose(w, turned), depthwise(form))
                    : List.of(form.tapsFirst(w, turned), convolve(form));
        }

        private Call convolve(ConvolutionForm form) {
            return INPUT_GRADIENT
                    .call(
                            in(dy),
                            in(turned),
                            into(dx, accumulate),
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
                            flag(accumulate))
                    .by(byParts(form.inputs(), form.channels(), groups));
        }

        private Call depthwise(ConvolutionForm form) {
            return DEPTHWISE_INPUT_GRADIENT
                    .call(
                            in(dy),
                            in(turned),
                            into(dx, accumulate),
                            size(form.batch()),
                            form.height(),
                            form.width(),
                            size(form.channels()),
                            form.kernel(),
                            form.stride(),
                            form.padding(),
                            form.dilation(),
                            flag(accumulate))
                    .by(new Launch.Elements(dx.shape()));
        }

        @Override
        public long flops() {
            return form().flops();
        }
    }
}
