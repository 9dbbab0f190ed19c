package farsight.op.image;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.LayoutKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.LayoutVector;
import org.jspecify.annotations.Nullable;

/**
 * The extents that a convolution and its gradients share.
 *
 * @param batch B
 * @param channels C, of the input
 * @param out O, of the result
 * @param groups a divisor of both
 */
record ConvolutionForm(Window window, long batch, long channels, long out, int groups) {

    /** Checks that kernels can take the window's numbers. */
    ConvolutionForm {
        window.mustFitPairs();
    }

    private static final Kernel TRANSPOSED =
            Kernel.of(LayoutKernels::transposed).vector(LayoutVector.class);
    private static final Kernel COPY = Kernel.of(LayoutKernels::copyColumns).vector(LayoutVector.class);

    /**
     * Checks that the shapes fit.
     *
     * @param x like the input
     * @param w like the weight
     * @param y like the result
     * @throws IllegalArgumentException if they do not; names them
     */
    static ConvolutionForm of(Shape x, Shape w, Shape y, Window window, int groups) {
        long channels = x.cols();
        long outputs = y.cols();
        boolean fits = groups >= 1
                && channels % groups == 0
                && outputs % groups == 0
                && x.rows() == window.in()
                && y.rows() == window.out()
                && x.batch() == y.batch()
                && w.equals(new Shape(outputs, channels / groups, window.taps()));
        if (!fits) {
            throw new IllegalArgumentException("the weight %s in %d groups does not convolve %s to %s under %s"
                    .formatted(w, groups, x, y, window));
        }
        return new ConvolutionForm(window, x.batch(), channels, outputs, groups);
    }

    /** Whether each channel is by itself, one output each. */
    boolean depthwise() {
        return groups == channels && groups == out;
    }

    /** Rows of the transposed weight: channels of a group times taps. */
    long terms() {
        return Math.multiplyExact(channels / groups, window.taps());
    }

    /** Shape of the weight's transpose; with {@code biased} the bias is its last row. */
    Shape transposed(boolean biased) {
        return Shape.matrix(terms() + (biased ? 1 : 0), out);
    }

    /** Shape of the weight with its taps before its channels. */
    Shape tapsFirst() {
        return new Shape(out, window.taps(), channels / groups);
    }

    /** Outputs over the batch. */
    long outputs() {
        return Math.multiplyExact(batch, window.out());
    }

    /** Inputs over the batch. */
    long inputs() {
        return Math.multiplyExact(batch, window.in());
    }

    /** A multiplication and an addition per term of each result. */
    long flops() {
        return Math.multiplyExact(2 * terms(), Math.multiplyExact(outputs(), out));
    }

    int kernel() {
        return window.pair(WindowAxis::kernel);
    }

    int stride() {
        return window.pair(WindowAxis::stride);
    }

    int padding() {
        return window.pair(WindowAxis::padding);
    }

    int dilation() {
        return window.pair(WindowAxis::dilation);
    }

    int height() {
        return size(window.rows().in());
    }

    int width() {
        return size(window.cols().in());
    }

    /** The weight transposed, [O, C/groups·taps] to [C/groups·taps, O]. */
    Call transpose(Buffer w, Buffer target) {
        return turn(w, target, 1, out, terms(), false).named("Weight");
    }

    /** The transposed gradient of the weight back in its place: dw = that, or dw += that. */
    Call transposeBack(Buffer transposed, Buffer dw, boolean accumulate) {
        return turn(transposed, dw, 1, terms(), out, accumulate).named("Weight");
    }

    /** The weight with its taps before its channels. */
    Call tapsFirst(Buffer w, Buffer target) {
        return turn(w, target, out, channels / groups, window.taps(), false).named("Weight");
    }

    private static Call turn(Buffer x, Buffer y, long batch, long rows, long cols, boolean accumulate) {
        return TRANSPOSED
                .call(in(x), into(y, accumulate), size(batch), size(rows), size(cols), flag(accumulate))
                .by(new Launch.Elements(new Shape(batch, /* rows= */ cols, /* cols= */ rows)));
    }

    /** The bias as the last row of the transposed weight. */
    Call addBias(Buffer bias, Buffer transposed) {
        return COPY.call(
                        in(bias),
                        into(transposed, true),
                        1,
                        size(out),
                        size(out),
                        0,
                        size(Math.multiplyExact(terms() + 1, out)),
                        size(Math.multiplyExact(terms(), out)),
                        0)
                .by(new Launch.Elements(bias.shape()))
                .named("Bias");
    }

    /** Whether a bias has the shape for this result. */
    void check(@Nullable Buffer bias) {
        if (bias != null && !bias.shape().equals(Shape.vector(out))) {
            throw new IllegalArgumentException("a bias " + bias.shape() + ", expected " + Shape.vector(out));
        }
    }
}
