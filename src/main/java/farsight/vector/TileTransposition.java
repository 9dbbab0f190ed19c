package farsight.vector;

import static farsight.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.util.List;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

/**
 * A square tile, as many rows as a vector has lanes, transposed by vectors: for every power of two h, each pair of rows
 * h apart exchanges lanes h apart.
 */
public final class TileTransposition {

    /** Rows and columns of a tile. */
    public static final int SIDE = Lanes.COUNT;

    /** Shuffles that move lane j + h to lane j, by h. */
    private static final List<VectorShuffle<Float>> TURNS = IntStream.range(0, SIDE)
            .mapToObj(h -> VectorShuffle.iota(SPECIES, h, 1, true))
            .toList();

    /** Masks of the lanes whose index has bit b set, by b. */
    private static final List<VectorMask<Float>> BITS = IntStream.range(0, Integer.numberOfTrailingZeros(SIDE))
            .mapToObj(TileTransposition::lanesWithBit)
            .toList();

    private TileTransposition() {}

    private static VectorMask<Float> lanesWithBit(int bit) {
        boolean[] set = new boolean[SIDE];
        for (int j = 0; j < SIDE; j++) {
            set[j] = (j >> bit & 1) == 1;
        }
        return VectorMask.fromArray(SPECIES, set, 0);
    }

    /** Transposes the tile at {@code from}, [SIDE, SIDE]. */
    public static void transpose(float[] tiles, int from) {
        for (int bit = BITS.size() - 1; bit >= 0; bit--) {
            int h = 1 << bit;
            exchange(tiles, from, h, TURNS.get(h), TURNS.get(SIDE - h), BITS.get(bit));
        }
    }

    /** In all pairs of rows h apart, swaps the upper row's lanes with bit h and the lower row's lanes without it. */
    private static void exchange(
            float[] tiles, int from, int h, VectorShuffle<Float> down, VectorShuffle<Float> up, VectorMask<Float> bit) {
        for (int n = 0; n < SIDE / 2; n++) {
            int i = from + ((n & -h) + n) * SIDE; // the numbers without bit h
            FloatVector a = fromArray(SPECIES, tiles, i);
            FloatVector b = fromArray(SPECIES, tiles, i + h * SIDE);
            a.blend(b.rearrange(up), bit).intoArray(tiles, i);
            a.rearrange(down).blend(b, bit).intoArray(tiles, i + h * SIDE);
        }
    }
}
