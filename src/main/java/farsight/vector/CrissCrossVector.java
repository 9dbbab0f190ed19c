package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;
import static jdk.incubator.vector.FloatVector.zero;

import farsight.kernel.CrissCrossKernels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Sums over rows and columns of a grid: {@code farsight.kernel.CrissCrossKernels} by the Vector API, along the channels. */
public final class CrissCrossVector {

    /** Multiply-adds that justify a task. */
    private static final long WORTH = 1 << 15;

    /** Terms summed before their sum is added to the total, as in the kernel. */
    private static final int BLOCK = 256;

    private CrissCrossVector() {}

    /**
     * e[b, p, s] = q_p·k_n(p, s), or e += that.
     *
     * @param q [batch, height·width, channels]
     * @param k like q
     * @param e [batch, height·width, height + width − 1]
     */
    public static void crissCrossProducts(
            FloatArray q,
            FloatArray k,
            FloatArray e,
            int batch,
            int height,
            int width,
            int channels,
            int accumulate,
            Workers workers) {
        MemorySegment qs = q.getSegment();
        MemorySegment ks = k.getSegment();
        MemorySegment es = e.getSegment();
        Plane plane = new Plane(height, width, channels);
        workers.forEach((long) batch * plane.positions(), plane.grain(), (from, to) -> {
            for (long p = from; p < to; p++) {
                for (int s = 0; s < plane.count(); s++) {
                    long at = p * plane.count() + s;
                    float before = accumulate == 1 ? Lanes.get(es, at) : 0f;
                    float sum = DotProducts.dot(qs, p * channels, ks, plane.neighbour(p, s) * channels, channels);
                    Lanes.set(es, at, before + Lanes.settled(sum));
                }
            }
        });
    }

    /**
     * y[b, p] = Σ_s a[b, p, s]·v[b, n(p, s)], or y += that.
     *
     * @param a [batch, height·width, height + width − 1]
     * @param v [batch, height·width, channels]
     * @param y like v
     */
    public static void crissCrossSums(
            FloatArray a,
            FloatArray v,
            FloatArray y,
            int batch,
            int height,
            int width,
            int channels,
            int accumulate,
            Workers workers) {
        sums(a, v, y, batch, new Plane(height, width, channels), accumulate == 1, false, workers);
    }

    /**
     * v[b, p] = Σ_s a[b, n(p, s), m(p, s)]·u[b, n(p, s)], or v += that.
     *
     * @param a [batch, height·width, height + width − 1]
     * @param u [batch, height·width, channels]
     * @param v like u
     */
    public static void crissCrossReturns(
            FloatArray a,
            FloatArray u,
            FloatArray v,
            int batch,
            int height,
            int width,
            int channels,
            int accumulate,
            Workers workers) {
        sums(a, u, v, batch, new Plane(height, width, channels), accumulate == 1, true, workers);
    }

    private static void sums(
            FloatArray a,
            FloatArray v,
            FloatArray y,
            int batch,
            Plane plane,
            boolean add,
            boolean mirrored,
            Workers workers) {
        MemorySegment as = a.getSegment();
        MemorySegment vs = v.getSegment();
        MemorySegment ys = y.getSegment();
        int count = plane.count();
        int channels = plane.channels();
        workers.forEach((long) batch * plane.positions(), plane.grain(), (from, to) -> {
            float[] weights = new float[count];
            long[] places = new long[count];
            for (long p = from; p < to; p++) {
                for (int s = 0; s < count; s++) {
                    long n = plane.neighbour(p, s);
                    places[s] = bytes(n * channels);
                    weights[s] = Lanes.get(as, mirrored ? n * count + plane.mirrored(p, s) : p * count + s);
                }
                weightedSum(weights, vs, places, ys, p * channels, channels, add);
            }
        });
    }

    /** y = Σ_s weights_s·(the channels at places_s), or y += that, one vector of channels at a time. */
    private static void weightedSum(
            float[] weights, MemorySegment v, long[] places, MemorySegment y, long at, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int c = 0; c < whole; c += Lanes.COUNT) {
            FloatVector total = zero(SPECIES);
            for (int start = 0; start < weights.length; ) {
                int end = start + Math.min(weights.length - start, BLOCK);
                FloatVector sum = zero(SPECIES);
                for (int s = start; s < end; s++) {
                    sum = fromMemorySegment(SPECIES, v, places[s] + bytes(c), ORDER)
                            .fma(Lanes.broadcast(weights[s]), sum);
                }
                total = total.add(sum);
                start = end;
            }
            Lanes.store(total, y, at + c, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector total = zero(SPECIES);
            for (int start = 0; start < weights.length; ) {
                int end = start + Math.min(weights.length - start, BLOCK);
                FloatVector sum = zero(SPECIES);
                for (int s = start; s < end; s++) {
                    sum = fromMemorySegment(SPECIES, v, places[s] + bytes(whole), ORDER, tail)
                            .fma(Lanes.broadcast(weights[s]), sum);
                }
                total = total.add(sum);
                start = end;
            }
            Lanes.store(total, y, at + whole, add, tail);
        }
    }

    /** A grid. */
    private record Plane(int height, int width, int channels) {

        int positions() {
            return height * width;
        }

        /** Neighbours of a position. */
        int count() {
            return height + width - 1;
        }

        /** Positions per task. */
        long grain() {
            return Math.max(1, WORTH / ((long) count() * channels));
        }

        /** Neighbour s of position p of the batch. */
        long neighbour(long p, int s) {
            int at = (int) (p % positions());
            return p - at + CrissCrossKernels.neighbour(at / width, at % width, s, width);
        }

        /** The neighbour number of p seen from its neighbour s. */
        int mirrored(long p, int s) {
            int at = (int) (p % positions());
            return CrissCrossKernels.mirrored(at / width, at % width, s, width);
        }
    }
}
