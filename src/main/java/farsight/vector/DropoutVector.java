package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.kernel.DropoutKernels;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Dropout, {@code farsight.kernel.DropoutKernels}, by the Vector API. */
public final class DropoutVector {

    private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
    private static final IntVector IOTA = IntVector.zero(INTS).addIndex(1);

    /** Elements per range: 64 KB per array. */
    private static final int GRAIN = 1 << 14;

    private DropoutVector() {}

    /**
     * y_i = scale·x_i where element i is kept, else 0; or y += that. y may be x.
     *
     * @param x [n]
     * @param seed two whole numbers below 2²⁴, [2]
     * @param y [n]
     * @param stream number of the layer
     * @param dropped share of the dropped elements, times 2²⁴
     */
    public static void dropout(
            FloatArray x,
            FloatArray seed,
            FloatArray y,
            int n,
            int stream,
            int dropped,
            float scale,
            int accumulate,
            Workers workers) {
        MemorySegment xs = x.getSegment();
        MemorySegment ys = y.getSegment();
        int key = DropoutKernels.key((int) seed.get(0), (int) seed.get(1), stream);
        int secondKey = DropoutKernels.secondKey(key);
        boolean add = accumulate == 1;
        workers.forEach(n, GRAIN, (from, to) -> {
            for (long i = from; i < to; i += Lanes.COUNT) {
                VectorMask<Float> mask = SPECIES.indexInRange(i, to);
                IntVector hash = mixed(mixed(IOTA.add((int) i).lanewise(VectorOperators.XOR, key))
                        .add(secondKey));
                VectorMask<Float> kept = hash.lanewise(VectorOperators.LSHR, 8)
                        .compare(VectorOperators.GE, dropped)
                        .cast(SPECIES);
                FloatVector v =
                        fromMemorySegment(SPECIES, xs, bytes(i), ORDER, mask).mul(scale);
                Lanes.store(FloatVector.zero(SPECIES).blend(v, kept), ys, i, add, mask);
            }
        });
    }

    private static IntVector mixed(IntVector x) {
        IntVector a = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16))
                .mul(0x7feb352d);
        IntVector b = a.lanewise(VectorOperators.XOR, a.lanewise(VectorOperators.LSHR, 15))
                .mul(0x846ca68b);
        return b.lanewise(VectorOperators.XOR, b.lanewise(VectorOperators.LSHR, 16));
    }
}
