package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Elementwise operations: {@code farsight.kernel.ElementKernels} by the Vector API. */
public final class ElementVector {

    /** Elements per range: 128 KB per array. */
    private static final int GRAIN = 1 << 15;

    private ElementVector() {}

    /** y = max(x, 0), n elements. y may be x. */
    public static void relu(FloatArray x, FloatArray y, int n, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        workers.forEach(n, GRAIN, (from, to) -> relu(xs, ys, from, (int) (to - from)));
    }

    private static void relu(MemorySegment x, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + i), ORDER);
            v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoMemorySegment(y, bytes(at + i), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail);
            v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /** dx = dy where y = relu(x) &gt; 0, NaN where y is NaN, else 0. dx may be dy. */
    public static void reluGradient(
            FloatArray y, FloatArray dy, FloatArray dx, int n, int accumulate, Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        workers.forEach(n, GRAIN, (from, to) -> reluGradient(ys, dys, dxs, from, (int) (to - from), add));
    }

    private static void reluGradient(
            MemorySegment y, MemorySegment dy, MemorySegment dx, long at, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + i), ORDER);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + i), ORDER);
            // If v is not above 0, it is 0 or NaN.
            Lanes.store(v.blend(g, v.compare(VectorOperators.GT, 0f)), dx, at + i, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + whole), ORDER, tail);
            v.blend(g, v.compare(VectorOperators.GT, 0f))
                    .add(fromMemorySegment(SPECIES, dx, bytes(at + whole), ORDER, before))
                    .intoMemorySegment(dx, bytes(at + whole), ORDER, tail);
        }
    }

    /** y = 1 / (1 + exp(−x)), n elements. y may be x. */
    public static void sigmoid(FloatArray x, FloatArray y, int n, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        workers.forEach(n, GRAIN, (from, to) -> sigmoid(xs, ys, from, (int) (to - from)));
    }

    private static void sigmoid(MemorySegment x, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            sigmoid(fromMemorySegment(SPECIES, x, bytes(at + i), ORDER)).intoMemorySegment(y, bytes(at + i), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            sigmoid(fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail))
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    private static FloatVector sigmoid(FloatVector x) {
        // exp of a non-positive value cannot overflow.
        FloatVector e = Exponential.exp(x.abs().neg());
        FloatVector numerator = e.blend(1f, x.compare(VectorOperators.GT, 0f));
        return numerator.div(e.add(1f));
    }

    /** dx = dy·y·(1 − y), y = sigmoid(x). dx may be dy. */
    public static void sigmoidGradient(
            FloatArray y, FloatArray dy, FloatArray dx, int n, int accumulate, Workers workers) {
        MemorySegment ys = y.getSegment();
        MemorySegment dys = dy.getSegment();
        MemorySegment dxs = dx.getSegment();
        boolean add = accumulate == 1;
        workers.forEach(n, GRAIN, (from, to) -> sigmoidGradient(ys, dys, dxs, from, (int) (to - from), add));
    }

    private static void sigmoidGradient(
            MemorySegment y, MemorySegment dy, MemorySegment dx, long at, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            Lanes.store(
                    slope(fromMemorySegment(SPECIES, y, bytes(at + i), ORDER))
                            .mul(fromMemorySegment(SPECIES, dy, bytes(at + i), ORDER)),
                    dx,
                    at + i,
                    add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + whole), ORDER, tail);
            slope(fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail))
                    .mul(g)
                    .add(fromMemorySegment(SPECIES, dx, bytes(at + whole), ORDER, before))
                    .intoMemorySegment(dx, bytes(at + whole), ORDER, tail);
        }
    }

    private static FloatVector slope(FloatVector y) {
        return y.mul(Lanes.broadcast(1f).sub(y));
    }

    /** y = x, or y += x, n elements. */
    public static void copy(FloatArray x, FloatArray y, int n, int accumulate, Workers workers) {
        scaledTo(1f, x, y, n, accumulate, workers);
    }

    /** y = x + u, n elements. y may be x or u. */
    public static void residual(FloatArray x, FloatArray u, FloatArray y, int n, Workers workers) {
        scaledSum(x, u, 1f, y, n, workers);
    }

    /**
     * y = x + γ·u, n elements. y may be x or u.
     *
     * @param gamma γ, [1]
     */
    public static void scaledResidual(
            FloatArray x, FloatArray u, FloatArray gamma, FloatArray y, int n, Workers workers) {
        scaledSum(x, u, gamma.get(0), y, n, workers);
    }

    /** du = γ·dy, or du += γ·dy, n elements. du may be dy. */
    public static void scaledCopy(
            FloatArray gamma, FloatArray dy, FloatArray du, int n, int accumulate, Workers workers) {
        scaledTo(gamma.get(0), dy, du, n, accumulate, workers);
    }

    /** y = γ·x, or y += γ·x. */
    private static void scaledTo(float gamma, FloatArray x, FloatArray y, int n, int accumulate, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        boolean add = accumulate == 1;
        workers.forEach(n, GRAIN, (from, to) -> scaledTo(gamma, xs, ys, from, (int) (to - from), add));
    }

    private static void scaledTo(float gamma, MemorySegment x, MemorySegment y, long at, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            Lanes.store(fromMemorySegment(SPECIES, x, bytes(at + i), ORDER).mul(gamma), y, at + i, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .mul(gamma)
                    .add(fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, before))
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /** y = x + γ·u. */
    private static void scaledSum(FloatArray x, FloatArray u, float gamma, FloatArray y, int n, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment us = u.getSegment();
        MemorySegment ys = y.getSegment();
        workers.forEach(n, GRAIN, (from, to) -> scaledSum(xs, us, gamma, ys, from, (int) (to - from)));
    }

    private static void scaledSum(MemorySegment x, MemorySegment u, float gamma, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            fromMemorySegment(SPECIES, x, bytes(at + i), ORDER)
                    .add(fromMemorySegment(SPECIES, u, bytes(at + i), ORDER).mul(gamma))
                    .intoMemorySegment(y, bytes(at + i), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, u, bytes(at + whole), ORDER, tail)
                    .mul(gamma);
            fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .add(v)
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /**
     * y[b, i, j] = x[b, i, j]·s[b, j], or y += that. y may be x.
     *
     * @param x [batch, rows, cols]
     * @param s [batch, cols]
     */
    public static void channelMultiply(
            FloatArray x, FloatArray s, FloatArray y, int batch, int rows, int cols, int accumulate, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ss = s.getSegment();
        MemorySegment ys = y.getSegment();
        boolean add = accumulate == 1;
        float floor = Lanes.floor(false);
        RowPieces.of(cols)
                .forEach(
                        batch,
                        rows,
                        1,
                        workers,
                        (b, pattern) -> Lanes.read(ss, (long) b * cols, pattern, 0, cols),
                        (pattern, at, length) -> ChannelRows.multiply(xs, floor, pattern, ys, at, length, add));
    }

    /**
     * y[b, i, j] = x[b, i, j] + t[b, j]. y may be x.
     *
     * @param x [batch, rows, cols]
     * @param t [batch, cols]
     */
    public static void channelAdd(
            FloatArray x, FloatArray t, FloatArray y, int batch, int rows, int cols, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ts = t.getSegment();
        MemorySegment ys = y.getSegment();
        RowPieces.of(cols)
                .forEach(
                        batch,
                        rows,
                        1,
                        workers,
                        (b, pattern) -> Lanes.read(ts, (long) b * cols, pattern, 0, cols),
                        (pattern, at, length) -> ChannelRows.add(xs, pattern, ys, at, length));
    }

    /**
     * y[b, i, j] = scale·t[b, j], or y += that.
     *
     * @param t [batch, cols]
     * @param y [batch, rows, cols]
     */
    public static void broadcastOverPositions(
            FloatArray t, FloatArray y, int batch, int rows, int cols, float scale, int accumulate, Workers workers) {
        MemorySegment ts = t.getSegment();
        MemorySegment ys = y.getSegment();
        boolean add = accumulate == 1;
        RowPieces.of(cols)
                .forEach(
                        batch,
                        rows,
                        1,
                        workers,
                        (b, pattern) -> Lanes.read(ts, (long) b * cols, pattern, 0, cols),
                        (pattern, at, length) -> ChannelRows.spread(pattern, scale, ys, at, length, add));
    }
}
