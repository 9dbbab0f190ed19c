package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.FloatVector.zero;

import farsight.kernel.ColumnKernels;
import farsight.kernel.NormKernels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Sums over columns: {@code farsight.kernel.ColumnKernels} by the Vector API. */
public final class ColumnVector {

    /** Columns per range of the second stage. */
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
            float[] sums = chunk.zeros();
            chunk.forEachRow((at, length) -> add(xs, at, sums, length));
            chunk.foldSum(sums, 0);
            Lanes.write(sums, 0, out, chunk.out(), chunk.strip().cols());
        });
    }

    /** sums += x. */
    private static void add(MemorySegment x, long at, float[] sums, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromArray(SPECIES, sums, j)
                    .add(fromMemorySegment(SPECIES, x, bytes(at + j), ORDER))
                    .intoArray(sums, j);
        }
        if (whole < length) {
            fromArray(SPECIES, sums, whole)
                    .add(fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, Lanes.tail(length)))
                    .intoArray(sums, whole);
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
        dotChunks(x, y, partial, new ColumnChunks(batch, rows, cols, chunks, chunkRows), Lanes.floor(false), workers);
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
        // max(x, 0)² = max(x, 0)·x.
        dotChunks(
                x, x, partial, new ColumnChunks(batch, rows, cols, chunks, chunkRows), Lanes.floor(relu == 1), workers);
    }

    private static void dotChunks(
            FloatArray x, FloatArray y, FloatArray partial, ColumnChunks chunks, float floor, Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        MemorySegment out = partial.getSegment();
        chunks.forEach(workers, chunk -> {
            float[] sums = chunk.zeros();
            chunk.forEachRow((at, length) -> addProducts(xs, floor, ys, at, sums, length));
            chunk.foldSum(sums, 0);
            Lanes.write(sums, 0, out, chunk.out(), chunk.strip().cols());
        });
    }

    /** sums += r(x)·y with r(x) = max(x, floor): the floor is −∞, or 0 for ReLU. */
    private static void addProducts(MemorySegment x, float floor, MemorySegment y, long at, float[] sums, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER);
            v.blend(floor, v.compare(VectorOperators.LE, floor))
                    .fma(fromMemorySegment(SPECIES, y, bytes(at + j), ORDER), fromArray(SPECIES, sums, j))
                    .intoArray(sums, j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            long end = bytes(at + whole);
            FloatVector v = fromMemorySegment(SPECIES, x, end, ORDER, tail);
            v.blend(floor, v.compare(VectorOperators.LE, floor).and(tail))
                    .fma(fromMemorySegment(SPECIES, y, end, ORDER, tail), fromArray(SPECIES, sums, whole))
                    .intoArray(sums, whole);
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
                Lanes.store(Lanes.settled(total(ps, from + j, chunks, cols)).mul(scale), ys, at + j, add);
            }
            if (whole < length) {
                VectorMask<Float> tail = Lanes.tail(length);
                VectorMask<Float> before = Lanes.tail(add ? length : 0);
                FloatVector sum = total(ps, from + whole, chunks, cols, tail);
                Lanes.settled(sum)
                        .mul(scale)
                        .add(fromMemorySegment(SPECIES, ys, bytes(at + whole), ORDER, before))
                        .intoMemorySegment(ys, bytes(at + whole), ORDER, tail);
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
                total(ps, from + j, chunks, cols).sqrt().intoMemorySegment(ys, bytes(at + j), ORDER);
            }
            if (whole < length) {
                VectorMask<Float> tail = Lanes.tail(length);
                total(ps, from + whole, chunks, cols, tail)
                        .sqrt()
                        .intoMemorySegment(ys, bytes(at + whole), ORDER, tail);
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
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int s = 0; s < chunks; s++) {
            sum = sum.add(fromMemorySegment(SPECIES, p, bytes(at + (long) s * cols), ORDER));
        }
        return sum;
    }

    private static FloatVector total(MemorySegment p, long at, int chunks, int cols, VectorMask<Float> mask) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int s = 0; s < chunks; s++) {
            sum = sum.add(fromMemorySegment(SPECIES, p, bytes(at + (long) s * cols), ORDER, mask));
        }
        return sum;
    }

    /**
     * y_j = l(x_j / (ε + s_j)) for every column j, l(v) = v / (ε + ‖v‖). y may be x.
     *
     * @param x weighted sums, [batch, rows, cols]
     * @param sums s, the sums of the weights, each at least 0, [batch, cols]
     * @param y [batch, rows, cols]
     * @param factors y_j / x_j, [batch, cols]
     */
    public static void unitMeans(
            FloatArray x,
            FloatArray sums,
            FloatArray y,
            FloatArray factors,
            int batch,
            int rows,
            int cols,
            Workers workers) {
        int strips = (cols + Lanes.COUNT - 1) / Lanes.COUNT;
        workers.forEach((long) batch * strips, 1, (from, to) -> {
            for (long r = from; r < to; r++) {
                unitMeansOfStrip(x, sums, y, factors, (int) (r / strips), (int) (r % strips) * Lanes.COUNT, rows, cols);
            }
        });
    }

    /** One vector of columns, from column j of matrix b. */
    private static void unitMeansOfStrip(
            FloatArray x, FloatArray sums, FloatArray y, FloatArray factors, int b, int j, int rows, int cols) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        VectorMask<Float> mask = SPECIES.indexInRange(j, cols);
        long first = (long) b * rows * cols + j;
        long column = (long) b * cols + j;
        FloatVector squares = zero(SPECIES);
        for (int i = 0; i < rows; i++) {
            FloatVector v = fromMemorySegment(SPECIES, xs, bytes(first + (long) i * cols), ORDER, mask);
            squares = v.mul(v).add(squares);
        }
        FloatVector norm = squares.sqrt();
        VectorMask<Float> large = squares.compare(VectorOperators.GT, NormKernels.LARGE);
        for (int lane = large.firstTrue(); lane < Lanes.COUNT; lane++) {
            if (large.laneIsSet(lane)) {
                norm = norm.withLane(lane, NormKernels.largeNorm(x, (int) first + lane, cols, rows, 0));
            }
        }
        FloatVector divisor = fromMemorySegment(SPECIES, sums.getSegment(), bytes(column), ORDER, mask)
                .add(ColumnKernels.MEANS_EPSILON)
                .mul(ColumnKernels.MEANS_EPSILON)
                .add(norm);
        FloatVector overflown = norm.mul(0f);
        FloatVector.broadcast(SPECIES, 1f)
                .div(divisor)
                .add(overflown)
                .intoMemorySegment(factors.getSegment(), bytes(column), ORDER, mask);
        for (int i = 0; i < rows; i++) {
            long at = bytes(first + (long) i * cols);
            fromMemorySegment(SPECIES, xs, at, ORDER, mask)
                    .div(divisor)
                    .add(overflown)
                    .intoMemorySegment(ys, at, ORDER, mask);
        }
    }
}
