package farsight.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Sums down the columns: {@code farsight.kernel.ColumnKernels} by the Vector API. */
public final class ColumnVector {

    /** Columns a range of the second stage. */
    private static final int COLUMNS = 1 << 10;

    private ColumnVector() {}

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of x[b, i, j].
     *
     * @param x [batch, rows, cols]
     * @param partial P, [batch, chunks, cols]
     */
    public static void columnSumChunks(
            FloatArray x,
            FloatArray partial,
            int batch,
            int rows,
            int cols,
            int chunks,
            int chunkRows,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment out = partial.getSegment();
        new ColumnChunks(batch, rows, cols, chunks, chunkRows).forEach(workers, chunk -> {
            int width = chunk.strip().width();
            MemorySegment sums = Scratch.get().segment(width);
            ColumnChunks.fill(sums, 0, width, 0f);
            int i = 0;
            for (; i + 4 <= chunk.wideRows(); i += 4) {
                addFour(xs, chunk.row(i), chunk.stride(), sums, width);
            }
            for (; i < chunk.wideRows(); i++) {
                addOne(xs, chunk.row(i), sums, width);
            }
            addOne(xs, chunk.row(i), sums, chunk.rest());
            ColumnChunks.foldSum(chunk.strip(), sums, 0);
            ChannelRows.copy(sums, 0, out, chunk.out(), chunk.strip().cols());
        });
    }

    private static void addFour(MemorySegment x, long at, long stride, MemorySegment sums, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector a = Lanes.load(x, at + j).add(Lanes.load(x, at + stride + j));
            FloatVector b = Lanes.load(x, at + 2 * stride + j).add(Lanes.load(x, at + 3 * stride + j));
            Lanes.store(Lanes.load(sums, j).add(a.add(b)), sums, j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            long end = at + whole;
            FloatVector a = Lanes.load(x, end, tail).add(Lanes.load(x, end + stride, tail));
            FloatVector b = Lanes.load(x, end + 2 * stride, tail).add(Lanes.load(x, end + 3 * stride, tail));
            Lanes.store(Lanes.load(sums, whole, tail).add(a.add(b)), sums, whole, tail);
        }
    }

    private static void addOne(MemorySegment x, long at, MemorySegment sums, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(sums, j).add(Lanes.load(x, at + j)), sums, j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            Lanes.store(Lanes.load(sums, whole, tail).add(Lanes.load(x, at + whole, tail)), sums, whole, tail);
        }
    }

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of x[b, i, j]·y[b, i, j].
     *
     * @param x [batch, rows, cols]
     * @param y [batch, rows, cols]
     * @param partial P, [batch, chunks, cols]
     */
    public static void columnDotChunks(
            FloatArray x,
            FloatArray y,
            FloatArray partial,
            int batch,
            int rows,
            int cols,
            int chunks,
            int chunkRows,
            Workers workers) {
        dotChunks(x, y, partial, new ColumnChunks(batch, rows, cols, chunks, chunkRows), false, workers);
    }

    /**
     * P[b, s, j] = Σ over the rows i of chunk s of r(x[b, i, j])², with r the identity or ReLU.
     *
     * @param x [batch, rows, cols]
     * @param partial P, [batch, chunks, cols]
     * @param relu 1 to take max(x, 0) first
     */
    public static void columnSquareChunks(
            FloatArray x,
            FloatArray partial,
            int batch,
            int rows,
            int cols,
            int chunks,
            int chunkRows,
            int relu,
            Workers workers) {
        // max(x, 0)² is max(x, 0)·x.
        dotChunks(x, x, partial, new ColumnChunks(batch, rows, cols, chunks, chunkRows), relu == 1, workers);
    }

    private static void dotChunks(
            FloatArray x, FloatArray y, FloatArray partial, ColumnChunks chunks, boolean relu, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        MemorySegment out = partial.getSegment();
        chunks.forEach(workers, chunk -> {
            int width = chunk.strip().width();
            MemorySegment sums = Scratch.get().segment(width);
            ColumnChunks.fill(sums, 0, width, 0f);
            int i = 0;
            for (; i + 2 <= chunk.wideRows(); i += 2) {
                dotTwo(xs, ys, chunk.row(i), chunk.stride(), sums, width, relu);
            }
            for (; i < chunk.wideRows(); i++) {
                dotOne(xs, ys, chunk.row(i), sums, width, relu);
            }
            dotOne(xs, ys, chunk.row(i), sums, chunk.rest(), relu);
            ColumnChunks.foldSum(chunk.strip(), sums, 0);
            ChannelRows.copy(sums, 0, out, chunk.out(), chunk.strip().cols());
        });
    }

    private static void dotTwo(
            MemorySegment x, MemorySegment y, long at, long stride, MemorySegment sums, int length, boolean relu) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector a = Lanes.load(x, at + j);
            FloatVector b = Lanes.load(x, at + stride + j);
            FloatVector p = (relu ? a.max(0f) : a).mul(Lanes.load(y, at + j));
            p = (relu ? b.max(0f) : b).fma(Lanes.load(y, at + stride + j), p);
            Lanes.store(Lanes.load(sums, j).add(p), sums, j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            long end = at + whole;
            FloatVector a = Lanes.load(x, end, tail);
            FloatVector b = Lanes.load(x, end + stride, tail);
            FloatVector p = (relu ? a.max(0f) : a).mul(Lanes.load(y, end, tail));
            p = (relu ? b.max(0f) : b).fma(Lanes.load(y, end + stride, tail), p);
            Lanes.store(Lanes.load(sums, whole, tail).add(p), sums, whole, tail);
        }
    }

    private static void dotOne(
            MemorySegment x, MemorySegment y, long at, MemorySegment sums, int length, boolean relu) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector a = Lanes.load(x, at + j);
            FloatVector p = (relu ? a.max(0f) : a).mul(Lanes.load(y, at + j));
            Lanes.store(Lanes.load(sums, j).add(p), sums, j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector a = Lanes.load(x, at + whole, tail);
            FloatVector p = (relu ? a.max(0f) : a).mul(Lanes.load(y, at + whole, tail));
            Lanes.store(Lanes.load(sums, whole, tail).add(p), sums, whole, tail);
        }
    }

    /**
     * y[b, j] = scale·Σ_s P[b, s, j], or y += that.
     *
     * @param partial P, [batch, chunks, cols]
     * @param y [batch, cols]
     */
    public static void sumChunks(
            FloatArray partial,
            FloatArray y,
            int batch,
            int chunks,
            int cols,
            float scale,
            int accumulate,
            Workers workers) {
        MemorySegment ps = partial.getSegment();
        MemorySegment ys = y.getSegment();
        boolean add = accumulate == 1;
        forEachStrip(batch, cols, workers, (b, first, length) -> {
            long at = (long) b * cols + first;
            long from = (long) b * chunks * cols + first;
            int whole = (int) Lanes.whole(length);
            for (int j = 0; j < whole; j += Lanes.COUNT) {
                Lanes.store(total(ps, from + j, chunks, cols).mul(scale), ys, at + j, add);
            }
            if (whole < length) {
                VectorMask<Float> tail = Lanes.tail(length);
                FloatVector sum = total(ps, from + whole, chunks, cols, tail);
                Lanes.store(sum.mul(scale), ys, at + whole, add, tail);
            }
        });
    }

    /**
     * y[b, j] = √(Σ_s P[b, s, j]).
     *
     * @param partial P, [batch, chunks, cols]
     * @param y [batch, cols]
     */
    public static void rootOfChunks(
            FloatArray partial, FloatArray y, int batch, int chunks, int cols, Workers workers) {
        MemorySegment ps = partial.getSegment();
        MemorySegment ys = y.getSegment();
        forEachStrip(batch, cols, workers, (b, first, length) -> {
            long at = (long) b * cols + first;
            long from = (long) b * chunks * cols + first;
            int whole = (int) Lanes.whole(length);
            for (int j = 0; j < whole; j += Lanes.COUNT) {
                Lanes.store(total(ps, from + j, chunks, cols).sqrt(), ys, at + j);
            }
            if (whole < length) {
                VectorMask<Float> tail = Lanes.tail(length);
                Lanes.store(total(ps, from + whole, chunks, cols, tail).sqrt(), ys, at + whole, tail);
            }
        });
    }

    /** Some columns of one matrix of the batch. */
    @FunctionalInterface
    private interface Strip {
        void run(int b, int first, int length);
    }

    private static void forEachStrip(int batch, int cols, Workers workers, Strip strip) {
        int strips = (cols + COLUMNS - 1) / COLUMNS;
        long grain = Math.max(1, COLUMNS / Math.max(1, cols));
        workers.forEach((long) batch * strips, grain, (from, to) -> {
            for (long i = from; i < to; i++) {
                int first = (int) (i % strips) * COLUMNS;
                strip.run((int) (i / strips), first, Math.min(COLUMNS, cols - first));
            }
        });
    }

    private static FloatVector total(MemorySegment p, long at, int chunks, int cols) {
        FloatVector sum = Lanes.zero();
        for (int s = 0; s < chunks; s++) {
            sum = sum.add(Lanes.load(p, at + (long) s * cols));
        }
        return sum;
    }

    private static FloatVector total(MemorySegment p, long at, int chunks, int cols, VectorMask<Float> mask) {
        FloatVector sum = Lanes.zero();
        for (int s = 0; s < chunks; s++) {
            sum = sum.add(Lanes.load(p, at + (long) s * cols, mask));
        }
        return sum;
    }
}
