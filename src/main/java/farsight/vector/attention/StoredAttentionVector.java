package farsight.vector.attention;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;

import farsight.vector.Factor;
import farsight.vector.Lanes;
import farsight.vector.SoftmaxVector;
import farsight.vector.Strips;
import farsight.vector.ThinProduct;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Softmax attention whose weights are stored, by blocks of rows: the logits of a block, their softmax and the sums of
 * the values follow each other while the block is in the third cache, so its weights cross memory once.
 */
public final class StoredAttentionVector {

    /** Floats of weights per block of rows: 4 MB. */
    private static final long HELD = 1 << 20;

    /** Rows per block at most and at least: so many that packing keys and values is cheap. */
    private static final int MOST_ROWS = 128;

    private static final int FEWEST_ROWS = 3 * Strips.ROWS;

    private StoredAttentionVector() {}

    /**
     * P_i = softmax_j(σ·q_i·k_j) and y_i = Σ_j p_ij·v_j. y may be q.
     *
     * @param q [batch, rows, c]
     * @param k [batch, keys, c]
     * @param v [batch, keys, width]
     * @param p P, [batch, rows, keys]
     * @param y [batch, rows, width]
     * @param scale σ
     */
    public static void attention(
            FloatArray q,
            FloatArray k,
            FloatArray v,
            FloatArray p,
            FloatArray y,
            int batch,
            int rows,
            int keys,
            int c,
            int width,
            float scale,
            Workers workers) {
        int most = Math.clamp(HELD / keys, FEWEST_ROWS, MOST_ROWS) / Strips.ROWS * Strips.ROWS;
        long blocks = Math.ceilDiv(rows, most);
        workers.forEach(batch * blocks, 1, (from, to) -> {
            for (long task = from; task < to; task++) {
                long matrix = task / blocks;
                int first = (int) (task % blocks) * most;
                int count = Math.min(most, rows - first);
                long row = matrix * rows + first;
                MemorySegment queries = slice(q, row * c, (long) count * c);
                MemorySegment weights = slice(p, row * keys, (long) count * keys);
                MemorySegment result = slice(y, row * width, (long) count * width);
                Factor byKeys = Factor.ofLines(slice(k, matrix * keys * c, (long) keys * c), 0, c);
                Factor byValues =
                        Factor.ofTerms(slice(v, matrix * keys * width, (long) keys * width), 0, width, keys, 1, keys);
                new ThinProduct(1, count, keys, c, Factor.ofLines(queries, 0, c), byKeys, into(weights, keys))
                        .run(workers);
                for (int r = 0; r < count; r++) {
                    SoftmaxVector.row(weights, weights, (long) r * keys, keys, scale);
                }
                new ThinProduct(1, count, width, keys, Factor.ofLines(weights, 0, keys), byValues, into(result, width))
                        .run(workers);
            }
        });
    }

    /** Stores pieces of a product whose rows have {@code all} columns, NaN where a sum overflowed. */
    private static ThinProduct.Sink into(MemorySegment c, int all) {
        return (sums, row, rows, column, columns) -> {
            for (int r = 0; r < rows; r++) {
                put(sums, r * columns, columns, c, (row + r) * all + column);
            }
        };
    }

    private static void put(float[] sums, int from, int length, MemorySegment c, long to) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.settled(fromArray(SPECIES, sums, from + j)).intoMemorySegment(c, bytes(to + j), ORDER);
        }
        if (whole < length) {
            Lanes.settled(fromArray(SPECIES, sums, from + whole))
                    .intoMemorySegment(c, bytes(to + whole), ORDER, Lanes.tail(length));
        }
    }

    private static MemorySegment slice(FloatArray x, long at, long length) {
        return x.getSegment().asSlice(bytes(at), bytes(length));
    }
}
