package farsight.vector.attention;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.vector.Exponential;
import farsight.vector.Lanes;
import farsight.vector.RegisterTiles;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Operations on the rows of a tile, between the products of streaming attention. */
final class FlashRows {

    /**
     * Maximum excess of a logit over its row's bound, in units of ln 2. Powers up to 2¹¹ lose no precision in float32.
     * A bound that followed every new maximum would rescale the row's sums again and again.
     */
    static final float SLACK = 11f;

    private static final int SLACK_BITS = Float.floatToRawIntBits(SLACK);

    private FlashRows() {}

    /**
     * σ / ln 2: a difference of logits without σ, times this, is the exponent of a power of 2. It is not 0 even if σ is
     * 0, so that an infinite difference stays infinite; finite differences then have no effect.
     */
    static float powers(float scale) {
        float powers = scale * Exponential.LOG2_E;
        return powers == 0 ? Float.MIN_VALUE : powers;
    }

    /** The initial bound: with {@code scale}'s sign applied, no finite logit is below it. */
    static float lowest(float scale) {
        return Math.copySign(Float.MAX_VALUE, -scale);
    }

    /** The logit of a row of whole vectors that {@code scale} makes the largest, or {@link #lowest}. */
    static float greatest(float[] tile, int at, int length, float scale) {
        float sign = Math.signum(scale);
        FloatVector max = Lanes.broadcast(-Float.MAX_VALUE);
        for (int j = 0; j < length; j += Lanes.COUNT) {
            max = max.max(fromArray(SPECIES, tile, at + j).mul(sign));
        }
        return sign * max.reduceLanes(VectorOperators.MAX);
    }

    /**
     * e = 2^(scale·(logit − bound)) in place in some rows, and the rows' next sums. The results are invalid in the rare
     * case of an exponent above {@link #SLACK}. The difference comes first, because it is exact for logits near the
     * bound, however large both are; a difference of rounded products would carry their rounding. A logit that
     * overflowed, even to −∞, makes its row NaN: the true logit need not be small.
     *
     * @param weights logits, rows {@code stride} apart, of whole vectors; after the last logit the infinity whose
     *     weight is 0
     * @param n logits per row
     * @param sums holds the rows' bounds from {@code bounds} and their sums, a vector per row, from {@code totals};
     *     receives the new sums from {@code next}
     * @return whether no logit exceeds the slack
     */
    static boolean weigh(
            float[] weights, int rows, int stride, int n, float scale, float[] sums, int bounds, int totals, int next) {
        IntVector peak = FloatVector.zero(SPECIES).reinterpretAsInts();
        for (int r = 0; r < rows; r++) {
            float bound = sums[bounds + r];
            FloatVector sum = fromArray(SPECIES, sums, totals + r * Lanes.COUNT);
            int whole = (int) Lanes.whole(n);
            for (int j = 0; j < whole; j += Lanes.COUNT) {
                FloatVector logit = fromArray(SPECIES, weights, r * stride + j);
                FloatVector x = logit.sub(bound).mul(scale);
                // Positive floats compare like integers, whose maximum needs no care for NaN and −0.
                peak = peak.max(x.reinterpretAsInts());
                FloatVector e = logit.fma(FloatVector.zero(SPECIES), Exponential.exp2(x));
                e.intoArray(weights, r * stride + j);
                sum = sum.add(e);
            }
            if (whole < n) {
                FloatVector logit = fromArray(SPECIES, weights, r * stride + whole);
                FloatVector x = logit.sub(bound).mul(scale);
                peak = peak.max(x.reinterpretAsInts());
                FloatVector e = logit.fma(FloatVector.zero(SPECIES), Exponential.exp2(x));
                e = FloatVector.zero(SPECIES).blend(e, Lanes.tail(n));
                e.intoArray(weights, r * stride + whole);
                sum = sum.add(e);
            }
            sum.intoArray(sums, next + r * Lanes.COUNT);
        }
        return !peak.compare(VectorOperators.GT, SLACK_BITS).anyTrue();
    }

    /**
     * p = 2^(scale·(logit − m))·r in the rows of a tile: equal logits give the same powers as in {@link #weigh}.
     *
     * @param stats index of m, the same for all rows; r follows {@code stride} floats later
     * @param to target index of the first row; rows are {@code stride} floats apart
     */
    static void weights(float[] logits, int length, float scale, MemorySegment room, long stats, long to, int stride) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            FloatVector m = fromMemorySegment(SPECIES, room, bytes(stats + j), ORDER);
            FloatVector norm = fromMemorySegment(SPECIES, room, bytes(stats + stride + j), ORDER);
            for (int r = 0; r < RegisterTiles.ROWS; r++) {
                FloatVector logit = fromArray(SPECIES, logits, r * RegisterTiles.WIDTH + j);
                FloatVector p = Exponential.exp2(logit.sub(m).mul(scale)).mul(norm);
                p.intoMemorySegment(room, bytes(to + (long) r * stride + j), ORDER);
            }
        }
    }

    /**
     * s = p·(dp − D) in the rows of a tile, p from {@link #weights}.
     *
     * @param delta index of D, the same for all rows
     * @param from index of the first row of p
     * @param to target index of the first row; in both, rows are {@code stride} floats apart
     */
    static void slopes(float[] dps, int length, MemorySegment room, long delta, long from, long to, int stride) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            FloatVector d = fromMemorySegment(SPECIES, room, bytes(delta + j), ORDER);
            for (int r = 0; r < RegisterTiles.ROWS; r++) {
                FloatVector dp = fromArray(SPECIES, dps, r * RegisterTiles.WIDTH + j);
                FloatVector p = fromMemorySegment(SPECIES, room, bytes(from + (long) r * stride + j), ORDER);
                p.mul(dp.sub(d)).intoMemorySegment(room, bytes(to + (long) r * stride + j), ORDER);
            }
        }
    }

    /** y += scale·(a row of a tile). */
    static void add(float[] tile, int tileAt, int length, float scale, MemorySegment y, long at) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromArray(SPECIES, tile, tileAt + j);
            v.fma(Lanes.broadcast(scale), fromMemorySegment(SPECIES, y, bytes(at + j), ORDER))
                    .intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromArray(SPECIES, tile, tileAt + whole);
            FloatVector before = fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail);
            v.fma(Lanes.broadcast(scale), before).intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }
}
