package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

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
            fromMemorySegment(SPECIES, moments, bytes(j), ORDER)
                    .max(fromMemorySegment(SPECIES, x, bytes(at + j), ORDER))
                    .intoMemorySegment(moments, bytes(j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector max = fromMemorySegment(SPECIES, moments, bytes(whole), ORDER, tail)
                    .max(fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail));
            max.intoMemorySegment(moments, bytes(whole), ORDER, tail);
        }
    }

    /** moments[sums + j] += exp(x[at + j] − moments[j]). */
    static void addExponentials(MemorySegment x, long at, MemorySegment moments, int sums, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector e = Exponential.exp(fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                    .sub(fromMemorySegment(SPECIES, moments, bytes(j), ORDER)));
            fromMemorySegment(SPECIES, moments, bytes(sums + j), ORDER)
                    .add(e)
                    .intoMemorySegment(moments, bytes(sums + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector e = Exponential.exp(fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .sub(fromMemorySegment(SPECIES, moments, bytes(whole), ORDER, tail)));
            fromMemorySegment(SPECIES, moments, bytes(sums + whole), ORDER, tail)
                    .add(e)
                    .intoMemorySegment(moments, bytes(sums + whole), ORDER, tail);
        }
    }

    /** Adds one chunk: total[j] += sum[j]·exp(maximum[j] − m[j]), of the rows m, total, maximum, sum of scratch. */
    static void addScaled(MemorySegment scratch, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector e = Exponential.exp(fromMemorySegment(SPECIES, scratch, bytes(2L * length + j), ORDER)
                    .sub(fromMemorySegment(SPECIES, scratch, bytes(j), ORDER)));
            FloatVector sum = fromMemorySegment(SPECIES, scratch, bytes(3L * length + j), ORDER)
                    .mul(e);
            fromMemorySegment(SPECIES, scratch, bytes(length + j), ORDER)
                    .add(sum)
                    .intoMemorySegment(scratch, bytes(length + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector e = Exponential.exp(fromMemorySegment(SPECIES, scratch, bytes(2L * length + whole), ORDER, tail)
                    .sub(fromMemorySegment(SPECIES, scratch, bytes(whole), ORDER, tail)));
            FloatVector sum = fromMemorySegment(SPECIES, scratch, bytes(3L * length + whole), ORDER, tail)
                    .mul(e);
            fromMemorySegment(SPECIES, scratch, bytes(length + whole), ORDER, tail)
                    .add(sum)
                    .intoMemorySegment(scratch, bytes(length + whole), ORDER, tail);
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
