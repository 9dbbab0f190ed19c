package farsight.op.image;

import static farsight.op.Op.size;

import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/** What max-pooling and average pooling have in common. */
final class Pooling {

    private Pooling() {}

    /**
     * Checks that kernels can take the window, and that each window covers a position. PyTorch allows padding of half a
     * window.
     *
     * @throws IllegalArgumentException if a number is too large for a kernel, the padding is larger than half a window,
     *     or the dilation lets a window miss every position
     */
    static void check(Window window) {
        window.mustFitPairs();
        for (WindowAxis a : List.of(window.rows(), window.cols())) {
            long reach = (a.kernel() - 1L) * a.dilation() + 1;
            if (2L * a.padding() > reach) {
                throw new IllegalArgumentException(
                        "a padding of %d exceeds half a window of %d".formatted(a.padding(), reach));
            }
            for (long start = -a.padding(); start < 0; start += a.stride()) {
                long first = Math.ceilDiv(-start, (long) a.dilation());
                if (first >= a.kernel() || start + first * a.dilation() >= a.in()) {
                    throw new IllegalArgumentException("a window covers padding alone: " + a);
                }
            }
        }
    }

    /**
     * Maps per sample.
     *
     * @throws IllegalArgumentException if the positions are not those of whole maps
     */
    static long maps(Shape x, Window window) {
        if (x.rows() % window.in() != 0) {
            throw new IllegalArgumentException("%d positions are not maps of %d·%d"
                    .formatted(x.rows(), window.rows().in(), window.cols().in()));
        }
        return x.rows() / window.in();
    }

    /** The shape of the result. */
    static Shape pooled(Shape x, Window window) {
        return new Shape(x.batch(), maps(x, window) * window.out(), x.cols());
    }

    /** A kernel's arguments: its operands, the sizes of x, pairs of the window's numbers, and the rest. */
    static Object[] arguments(
            List<?> operands, Buffer x, Window window, List<ToIntFunction<WindowAxis>> pairs, int... rest) {
        Shape s = x.shape();
        List<Object> all = new ArrayList<>(operands);
        all.add(size(s.batch() * maps(s, window)));
        all.add(size(window.rows().in()));
        all.add(size(window.cols().in()));
        all.add(size(s.cols()));
        pairs.forEach(number -> all.add(window.pair(number)));
        Arrays.stream(rest).forEach(all::add);
        return all.toArray();
    }
}
