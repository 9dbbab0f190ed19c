package farsight.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Vectors of the machine's width, read and written by the index of their first float, and sums over their lanes. */
final class Lanes {

    static final VectorSpecies<Float> SPECIES =
            FloatVector.SPECIES_PREFERRED.length() <= 16 ? FloatVector.SPECIES_PREFERRED : FloatVector.SPECIES_512;

    /** Floats a vector: a power of two, at most 16. */
    static final int COUNT = SPECIES.length();

    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    // Constants of their own, not an array: the compiler folds them into the instruction.
    private static final VectorShuffle<Float> TURN_8 = turn(8);
    private static final VectorShuffle<Float> TURN_4 = turn(4);
    private static final VectorShuffle<Float> TURN_2 = turn(2);
    private static final VectorShuffle<Float> TURN_1 = turn(1);

    private Lanes() {}

    private static VectorShuffle<Float> turn(int by) {
        return VectorShuffle.iota(SPECIES, by % COUNT, 1, true);
    }

    static FloatVector load(MemorySegment x, long at) {
        return FloatVector.fromMemorySegment(SPECIES, x, at << 2, ORDER);
    }

    static FloatVector load(MemorySegment x, long at, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, x, at << 2, ORDER, mask);
    }

    static void store(FloatVector v, MemorySegment y, long at) {
        v.intoMemorySegment(y, at << 2, ORDER);
    }

    static void store(FloatVector v, MemorySegment y, long at, VectorMask<Float> mask) {
        v.intoMemorySegment(y, at << 2, ORDER, mask);
    }

    /** y = v, or y += v. */
    static void store(FloatVector v, MemorySegment y, long at, boolean accumulate) {
        store(accumulate ? load(y, at).add(v) : v, y, at);
    }

    /** y = v, or y += v, where the mask is set. */
    static void store(FloatVector v, MemorySegment y, long at, boolean accumulate, VectorMask<Float> mask) {
        store(accumulate ? load(y, at, mask).add(v) : v, y, at, mask);
    }

    static float get(MemorySegment x, long at) {
        return x.get(FLOAT, at << 2);
    }

    static void set(MemorySegment y, long at, float v) {
        y.set(FLOAT, at << 2, v);
    }

    static FloatVector broadcast(float v) {
        return FloatVector.broadcast(SPECIES, v);
    }

    static FloatVector zero() {
        return FloatVector.zero(SPECIES);
    }

    /** How many of {@code length} floats fill whole vectors. */
    static long whole(long length) {
        return length & -COUNT;
    }

    /** The mask of the floats left over behind {@link #whole}. */
    static VectorMask<Float> tail(long length) {
        return SPECIES.indexInRange(0, length & (COUNT - 1));
    }

    /** The sum over the lanes, always in the same order. */
    static float sum(FloatVector v) {
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
