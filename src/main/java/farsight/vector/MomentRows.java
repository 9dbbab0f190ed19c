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

/** One row of the running maxima and sums of exponentials of a softmax over positions, per column. */
final class MomentRows {

    private MomentRows() {}

    /** maxima[j] = max(maxima[j], x[at + j]). NaN may be lost here; the sums bring it back. */
    static void max(MemorySegment x, long at, float[] maxima, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER);
            FloatVector max = fromArray(SPECIES, maxima, j);
            max.blend(v, v.compare(VectorOperators.GT, max)).intoArray(maxima, j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail);
            FloatVector max = fromArray(SPECIES, maxima, whole);
            max.blend(v, v.compare(VectorOperators.GT, max).and(tail)).intoArray(maxima, whole);
        }
    }

    /**
     * sum[j] += exp(x[at + j] − maximum[j]).
     *
     * @param moments maxima, then sums from {@code pitch}
     */
    static void addExponentials(MemorySegment x, long at, float[] moments, int pitch, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + j), ORDER).sub(fromArray(SPECIES, moments, j));
            fromArray(SPECIES, moments, pitch + j).add(Exponential.exp(v)).intoArray(moments, pitch + j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .sub(fromArray(SPECIES, moments, whole));
            fromArray(SPECIES, moments, pitch + whole)
                    .add(Exponential.exp(v), tail)
                    .intoArray(moments, pitch + whole);
        }
    }

    /**
     * Adds the moments of one chunk: total[j] += sum[j]·exp(maximum[j] − m[j]).
     *
     * @param moments m, total, maximum and sum, {@code pitch} floats apart
     */
    static void addScaled(float[] moments, int pitch) {
        for (int j = 0; j < pitch; j += Lanes.COUNT) {
            FloatVector v = fromArray(SPECIES, moments, 2 * pitch + j).sub(fromArray(SPECIES, moments, j));
            FloatVector sum = fromArray(SPECIES, moments, 3 * pitch + j).mul(Exponential.exp(v));
            fromArray(SPECIES, moments, pitch + j).add(sum).intoArray(moments, pitch + j);
        }
    }

    /** Writes maxima and sums, {@code pitch} floats apart, as pairs. */
    static void interleave(float[] moments, int pitch, MemorySegment y, long at, int length) {
        for (int j = 0; j < length; j++) {
            Lanes.set(y, at + 2L * j, moments[j]);
            Lanes.set(y, at + 2L * j + 1, moments[pitch + j]);
        }
    }

    /** Reads pairs into maxima from {@code to} and sums {@code pitch} floats later. */
    static void deinterleave(MemorySegment x, long at, float[] moments, int to, int pitch, int length) {
        for (int j = 0; j < length; j++) {
            moments[to + j] = Lanes.get(x, at + 2L * j);
            moments[to + pitch + j] = Lanes.get(x, at + 2L * j + 1);
        }
    }
}
