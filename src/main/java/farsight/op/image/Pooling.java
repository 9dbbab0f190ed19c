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

    /** Each number of a pair has 16 bits, the upper one a sign. */
    private static final int MOST = (1 << 15) - 1;

    private Pooling() {}

    /**
     * Checks that each window covers a position. PyTorch allows padding of half a window.
     *
     * @throws IllegalArgumentException if the padding is larger, or the dilation lets a window miss every position
     */
    static void check(Window window) {
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
        pairs.forEach(number -> all.add(pair(number.applyAsInt(window.rows()), number.applyAsInt(window.cols()))));
        Arrays.stream(rest).forEach(all::add);
        return all.toArray();
    }

    private static int pair(int rows, int cols) {
        if (rows > MOST || cols > MOST) {
            throw new IllegalArgumentException(
                    "a window of %d and %d: expected at most %d".formatted(rows, cols, MOST));
        }
        return rows << 16 | cols;
    }
}
