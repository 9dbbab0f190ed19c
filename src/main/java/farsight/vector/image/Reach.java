package farsight.vector.image;

import java.util.ArrayList;
import java.util.List;

/**
 * One axis of a correlation: which inputs each result sums, and which results these are. Result m lies at coordinate
 * first + m·step of its map. Its tap u lies on input start + m·stride + u·dilation, or outside, and has the weight of
 * the window's tap number tap + u·tapStep.
 *
 * @param in extent of the input
 * @param count number of results
 * @param taps number of taps; 0 if no window covers these results
 */
record Reach(
        int in, int count, int first, int step, int stride, int start, int taps, int dilation, int tap, int tapStep) {

    /** The windows themselves: outputs over inputs. */
    static Reach forward(int in, int out, int kernel, int stride, int padding, int dilation) {
        return new Reach(in, out, 0, 1, stride, -padding, kernel, dilation, 0, 1);
    }

    /**
     * Inputs under outputs: which outputs' windows cover an input. Inputs with the same remainder modulo the stride are
     * covered by the same taps, and are a correlation of stride 1 of their own.
     *
     * @param out extent of the outputs, which are correlated
     * @param in number of inputs, the results
     */
    static List<Reach> backward(int out, int in, int kernel, int stride, int padding, int dilation) {
        List<Reach> phases = new ArrayList<>();
        int apart = stride / gcd(stride, dilation);
        for (int phase = 0; phase < Math.min(stride, in); phase++) {
            int count = (in - phase + stride - 1) / stride;
            int tap = 0;
            while (tap < Math.min(kernel, apart) && (phase + padding - tap * dilation) % stride != 0) {
                tap++;
            }
            int taps = tap < Math.min(kernel, apart) ? (kernel - tap + apart - 1) / apart : 0;
            int between = apart * dilation / stride;
            // The last tap lies on the first output.
            int start = Math.floorDiv(phase + padding - tap * dilation, stride) - Math.max(0, taps - 1) * between;
            int last = tap + Math.max(0, taps - 1) * apart;
            phases.add(new Reach(out, count, phase, stride, 1, start, taps, between, last, -apart));
        }
        return phases;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** Inputs from one that is read to the next: with a single tap, those in between are in no window. */
    int pick() {
        return taps == 1 ? stride : 1;
    }

    /** Picked inputs from one result's window to the next. */
    int pickedStride() {
        return stride / pick();
    }

    /** Picked inputs under {@code results} neighbouring results. */
    int picked(int results) {
        return (results - 1) * pickedStride() + (taps - 1) * dilation + 1;
    }
}
