package farsight.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** One row of the running maxima and sums of exponentials that a softmax over positions keeps for every column. */
final class MomentRows {

    private MomentRows() {}

    /** moments[j] = max(moments[j], x[at + j]). */
    static void max(MemorySegment x, long at, MemorySegment moments, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(moments, j).max(Lanes.load(x, at + j)), moments, j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector max = Lanes.load(moments, whole, tail).max(Lanes.load(x, at + whole, tail));
            Lanes.store(max, moments, whole, tail);
        }
    }

    /** moments[sums + j] += exp(x[at + j] − moments[j]). */
    static void addExponentials(MemorySegment x, long at, MemorySegment moments, int sums, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector e = Exponential.exp(Lanes.load(x, at + j).sub(Lanes.load(moments, j)));
            Lanes.store(Lanes.load(moments, sums + j).add(e), moments, sums + j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector e = Exponential.exp(Lanes.load(x, at + whole, tail).sub(Lanes.load(moments, whole, tail)));
            Lanes.store(Lanes.load(moments, sums + whole, tail).add(e), moments, sums + whole, tail);
        }
    }

    /** Adds one chunk: total[j] += sum[j]·exp(maximum[j] − m[j]), of the rows m, total, maximum, sum of scratch. */
    static void addScaled(MemorySegment scratch, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector e = Exponential.exp(Lanes.load(scratch, 2L * length + j).sub(Lanes.load(scratch, j)));
            FloatVector sum = Lanes.load(scratch, 3L * length + j).mul(e);
            Lanes.store(Lanes.load(scratch, length + j).add(sum), scratch, length + j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector e = Exponential.exp(
                    Lanes.load(scratch, 2L * length + whole, tail).sub(Lanes.load(scratch, whole, tail)));
            FloatVector sum = Lanes.load(scratch, 3L * length + whole, tail).mul(e);
            Lanes.store(Lanes.load(scratch, length + whole, tail).add(sum), scratch, length + whole, tail);
        }
    }

    /** Maxima and sums, {@code sums} floats apart, as pairs. */
    static void interleave(MemorySegment moments, int sums, MemorySegment y, long at, int length) {
        for (int j = 0; j < length; j++) {
            Lanes.set(y, at + 2L * j, Lanes.get(moments, j));
            Lanes.set(y, at + 2L * j + 1, Lanes.get(moments, sums + j));
        }
    }

    /** Pairs, as {@code length} maxima and {@code length} sums from {@code to}. */
    static void deinterleave(MemorySegment x, long at, MemorySegment y, long to, int length) {
        for (int j = 0; j < length; j++) {
            Lanes.set(y, to + j, Lanes.get(x, at + 2L * j));
            Lanes.set(y, to + length + j, Lanes.get(x, at + 2L * j + 1));
        }
    }
}
