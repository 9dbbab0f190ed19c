package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Operations with per-channel numbers on one wide row ({@link RowPieces}). The patterns of these numbers are padded to
 * whole vectors, so that only the arrays need masks.
 */
final class ChannelRows {

    private ChannelRows() {}

    /** y = r(x)·s, or y += that, with r(x) = max(x, floor): the floor is −∞, or 0 for ReLU. */
    static void multiply(MemorySegment x, float floor, float[] s, MemorySegment y, long at, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER);
            v = v.blend(floor, v.compare(VectorOperators.LE, floor)).mul(fromArray(SPECIES, s, j));
            Lanes.store(v, y, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            long end = bytes(at + whole);
            FloatVector v = fromMemorySegment(SPECIES, x, end, ORDER, tail);
            v.blend(floor, v.compare(VectorOperators.LE, floor))
                    .mul(fromArray(SPECIES, s, whole))
                    .add(fromMemorySegment(SPECIES, y, end, ORDER, before))
                    .intoMemorySegment(y, end, ORDER, tail);
        }
    }

    /** y = x + t. */
    static void add(MemorySegment x, float[] t, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                    .add(fromArray(SPECIES, t, j))
                    .intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            long end = bytes(at + whole);
            fromMemorySegment(SPECIES, x, end, ORDER, tail)
                    .add(fromArray(SPECIES, t, whole))
                    .intoMemorySegment(y, end, ORDER, tail);
        }
    }

    /** y = scale·t, or y += scale·t. */
    public static void spread(float[] t, float scale, MemorySegment y, long at, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(fromArray(SPECIES, t, j).mul(scale), y, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            long end = bytes(at + whole);
            fromArray(SPECIES, t, whole)
                    .mul(scale)
                    .add(fromMemorySegment(SPECIES, y, end, ORDER, before))
                    .intoMemorySegment(y, end, ORDER, tail);
        }
    }

    /**
     * y = exp(x − m)·f.
     *
     * @param patterns m, then f from {@code pitch}
     */
    static void softmax(MemorySegment x, float[] patterns, int pitch, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER);
            Exponential.exp(v.sub(fromArray(SPECIES, patterns, j)))
                    .mul(fromArray(SPECIES, patterns, pitch + j))
                    .intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            long end = bytes(at + whole);
            FloatVector v = fromMemorySegment(SPECIES, x, end, ORDER, tail);
            Exponential.exp(v.sub(fromArray(SPECIES, patterns, whole)))
                    .mul(fromArray(SPECIES, patterns, pitch + whole))
                    .intoMemorySegment(y, end, ORDER, tail);
        }
    }

    /** dx = y·(dy − delta), or dx += that. */
    static void softmaxGradient(
            MemorySegment y, MemorySegment dy, float[] delta, MemorySegment dx, long at, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER)
                    .sub(fromArray(SPECIES, delta, j))
                    .mul(fromMemorySegment(SPECIES, y, bytes(at + j), ORDER));
            Lanes.store(g, dx, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            long end = bytes(at + whole);
            fromMemorySegment(SPECIES, dy, end, ORDER, tail)
                    .sub(fromArray(SPECIES, delta, whole))
                    .mul(fromMemorySegment(SPECIES, y, end, ORDER, tail))
                    .add(fromMemorySegment(SPECIES, dx, end, ORDER, before))
                    .intoMemorySegment(dx, end, ORDER, tail);
        }
    }

    /**
     * dx = (dy − y·delta)·factor where y is above the gate, else 0; or dx += that.
     *
     * @param patterns delta, then factor from {@code pitch}
     */
    static void unitGradient(
            MemorySegment y,
            MemorySegment dy,
            float[] patterns,
            int pitch,
            MemorySegment dx,
            long at,
            int length,
            float gate,
            boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + j), ORDER);
            FloatVector factor = fromArray(SPECIES, patterns, pitch + j);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER)
                    .sub(v.mul(fromArray(SPECIES, patterns, j)))
                    .mul(factor.blend(0f, v.compare(VectorOperators.LE, gate)));
            Lanes.store(g, dx, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            long end = bytes(at + whole);
            FloatVector v = fromMemorySegment(SPECIES, y, end, ORDER, tail);
            FloatVector factor = fromArray(SPECIES, patterns, pitch + whole);
            fromMemorySegment(SPECIES, dy, end, ORDER, tail)
                    .sub(v.mul(fromArray(SPECIES, patterns, whole)))
                    .mul(factor.blend(0f, v.compare(VectorOperators.LE, gate)))
                    .add(fromMemorySegment(SPECIES, dx, end, ORDER, before))
                    .intoMemorySegment(dx, end, ORDER, tail);
        }
    }
}
