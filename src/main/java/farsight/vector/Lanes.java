package farsight.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vectors of the machine's width, and the operations on them that all twins share.
 *
 * <p>A loop is fast only if every method in it that takes or returns a vector is inlined: a call boxes the vector and
 * costs as much as a hundred floats. The compiler always inlines the methods of the Vector API, but may not inline a
 * helper of ours that is rarely called (a tail) or long. So loops load and store by the API itself, use masks instead
 * of branches, and call the remaining helpers in every iteration.
 */
public final class Lanes {

    public static final VectorSpecies<Float> SPECIES =
            FloatVector.SPECIES_PREFERRED.length() <= 16 ? FloatVector.SPECIES_PREFERRED : FloatVector.SPECIES_512;

    /** Floats per vector: a power of two, at most 16. */
    public static final int COUNT = SPECIES.length();

    public static final ByteOrder ORDER = ByteOrder.nativeOrder();
    public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    // Separate constants instead of an array, so that the compiler folds them into the instruction.
    private static final VectorShuffle<Float> TURN_8 = turn(8);
    private static final VectorShuffle<Float> TURN_4 = turn(4);
    private static final VectorShuffle<Float> TURN_2 = turn(2);
    private static final VectorShuffle<Float> TURN_1 = turn(1);

    private Lanes() {}

    private static VectorShuffle<Float> turn(int by) {
        return VectorShuffle.iota(SPECIES, by % COUNT, 1, true);
    }

    /** Floats in bytes, the unit of segment addresses. */
    public static long bytes(long floats) {
        return floats << 2;
    }

    /** y = v, or y += v. */
    public static void store(FloatVector v, MemorySegment y, long at, boolean accumulate) {
        if (accumulate) {
            FloatVector.fromMemorySegment(SPECIES, y, bytes(at), ORDER).add(v).intoMemorySegment(y, bytes(at), ORDER);
        } else {
            v.intoMemorySegment(y, bytes(at), ORDER);
        }
    }

    /** y = v, or y += v, where the mask is set. */
    public static void store(FloatVector v, MemorySegment y, long at, boolean accumulate, VectorMask<Float> mask) {
        if (accumulate) {
            FloatVector.fromMemorySegment(SPECIES, y, bytes(at), ORDER, mask)
                    .add(v)
                    .intoMemorySegment(y, bytes(at), ORDER, mask);
        } else {
            v.intoMemorySegment(y, bytes(at), ORDER, mask);
        }
    }

    /** Copies floats of an array to the heap. */
    public static void read(MemorySegment x, long from, float[] y, int to, int length) {
        MemorySegment.copy(x, FLOAT, bytes(from), y, to, length);
    }

    /** Copies floats from the heap to an array. */
    public static void write(float[] x, int from, MemorySegment y, long to, int length) {
        MemorySegment.copy(x, from, y, FLOAT, bytes(to), length);
    }

    /** Copies floats of one array to another. */
    public static void copy(MemorySegment x, long from, MemorySegment y, long to, int length) {
        MemorySegment.copy(x, bytes(from), y, bytes(to), bytes(length));
    }

    /** Sets floats of an array to a value. */
    public static void fill(MemorySegment y, long at, int length, float value) {
        for (int j = 0; j < length; j++) {
            set(y, at + j, value);
        }
    }

    /** x[at]. */
    public static float get(MemorySegment x, long at) {
        return x.get(FLOAT, bytes(at));
    }

    /** y[at] = v. */
    public static void set(MemorySegment y, long at, float v) {
        y.set(FLOAT, bytes(at), v);
    }

    /** v in every lane. */
    public static FloatVector broadcast(float v) {
        return FloatVector.broadcast(SPECIES, v);
    }

    /**
     * The sum, or NaN if it overflowed: a sum that reached −∞ need not be below 0, but ReLU or exp would turn it into
     * 0.
     */
    public static FloatVector settled(FloatVector sum) {
        return sum.fma(FloatVector.zero(SPECIES), sum);
    }

    /** The sum, or NaN if it overflowed, for one number. */
    public static float settled(float sum) {
        return sum + sum * 0f;
    }

    /** Lower bound that replaces a branch between vectors: r(x) = max(x, floor), 0 for ReLU, −∞ for the identity. */
    static float floor(boolean relu) {
        return relu ? 0f : Float.NEGATIVE_INFINITY;
    }

    /**
     * The gate: a value at or below it passes no gradient. 0 for ReLU; NaN for the identity, as no value is at or below
     * NaN.
     */
    static float gate(boolean relu) {
        return relu ? 0f : Float.NaN;
    }

    /** The number of floats, of {@code length}, that fill whole vectors. */
    public static long whole(long length) {
        return length & -COUNT;
    }

    /** The mask of the floats after {@link #whole}. */
    public static VectorMask<Float> tail(long length) {
        return SPECIES.indexInRange(0, length & (COUNT - 1));
    }

    /** The sum over the lanes, always in the same order. */
    public static float sum(FloatVector v) {
        FloatVector s = v;
        if (COUNT >= 16) {
            s = s.add(s.rearrange(TURN_8));
        }
        if (COUNT >= 8) {
            s = s.add(s.rearrange(TURN_4));
        }
        if (COUNT >= 4) {
            s = s.add(s.rearrange(TURN_2));
        }
        if (COUNT >= 2) {
            s = s.add(s.rearrange(TURN_1));
        }
        return s.lane(0);
    }
}
