package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The rows of a tile, between the products of streaming attention. */
final class StreamingRows {

    /**
     * How far a logit may be above its row's bound. Exponentials of up to e⁸ lose nothing in float32, and a bound that
     * follows every new maximum would be raised, and the row's sums scaled, again and again.
     */
    static final float SLACK = 8f;

    private static final int SLACK_BITS = Float.floatToRawIntBits(SLACK);

    private StreamingRows() {}

    /** The logits of a tile's first columns, and after them what weighs nothing. */
    static void scaleAndPad(float[] logits, float scale, int columns, int length) {
        for (int r = 0; r < Tiles.ROWS; r++) {
            for (int j = 0; j < length; j++) {
                int at = r * Tiles.WIDTH + j;
                logits[at] = j < columns ? scale * logits[at] : SoftmaxVector.LOWEST;
            }
        }
    }

    /** The greatest of scale times a row of whole vectors. */
    static float greatest(float[] tile, int at, int length, float scale) {
        FloatVector max = Lanes.broadcast(SoftmaxVector.LOWEST);
        for (int j = 0; j < length; j += Lanes.COUNT) {
            max = max.max(fromArray(SPECIES, tile, at + j).mul(scale));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /**
     * p = exp(scale·logit − bound) in the rows of a tile, and the rows' next sums; of no use where a logit is greater than its
     * row's bound by more than {@link #SLACK}, which is seldom.
     *
     * @param bounds index of the first row's
     * @param to index where the first row goes; the others follow {@code stride} floats apart
     * @param totals index of the first row's sums, a vector each
     * @param next index of what they become
     * @return whether no logit is too great
     */
    static boolean weigh(
            float[] tile,
            int rows,
            int length,
            float scale,
            MemorySegment room,
            long bounds,
            long to,
            int stride,
            long totals,
            long next) {
        IntVector peak = FloatVector.zero(SPECIES).reinterpretAsInts();
        for (int r = 0; r < rows; r++) {
            float bound = Lanes.get(room, bounds + r);
            FloatVector sum = fromMemorySegment(SPECIES, room, bytes(totals + (long) r * Lanes.COUNT), ORDER);
            for (int j = 0; j < length; j += Lanes.COUNT) {
                FloatVector logit = fromArray(SPECIES, tile, r * Tiles.WIDTH + j);
                FloatVector x = logit.fma(Lanes.broadcast(scale), Lanes.broadcast(-bound));
                // Positive floats compare as whole numbers do, whose maximum need not mind NaN and −0.
                peak = peak.max(x.reinterpretAsInts());
                FloatVector e = Exponential.exp(x);
                e.intoMemorySegment(room, bytes(to + (long) r * stride + j), ORDER);
                sum = sum.add(e);
            }
            sum.intoMemorySegment(room, bytes(next + (long) r * Lanes.COUNT), ORDER);
        }
        return !peak.compare(VectorOperators.GT, SLACK_BITS).anyTrue();
    }

    /** Sets {@code length} floats from {@code at} to a value. */
    static void fill(MemorySegment x, long at, int length, float value) {
        for (int j = 0; j < length; j++) {
            Lanes.set(x, at + j, value);
        }
    }

    /** Copies {@code length} floats. */
    static void copy(MemorySegment x, long from, MemorySegment y, long to, int length) {
        MemorySegment.copy(x, bytes(from), y, bytes(to), bytes(length));
    }

    /** Copies so many vectors within the room. */
    static void copyVectors(MemorySegment x, long from, long to, int vectors) {
        for (int j = 0; j < vectors * Lanes.COUNT; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, x, bytes(from + j), ORDER).intoMemorySegment(x, bytes(to + j), ORDER);
        }
    }

    /**
     * p = exp(scale·logit − ℓ) in the rows of a tile.
     *
     * @param sums index of −ℓ, which is the same for all rows
     * @param to index where the first row goes; the others follow {@code stride} floats apart
     */
    static void weights(float[] logits, int length, float scale, MemorySegment room, long sums, long to, int stride) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            FloatVector logSum = fromMemorySegment(SPECIES, room, bytes(sums + j), ORDER);
            for (int r = 0; r < Tiles.ROWS; r++) {
                FloatVector logit = fromArray(SPECIES, logits, r * Tiles.WIDTH + j);
                FloatVector p = Exponential.exp(logit.fma(Lanes.broadcast(scale), logSum));
                p.intoMemorySegment(room, bytes(to + (long) r * stride + j), ORDER);
            }
        }
    }

    /**
     * s = p·(dp − D) in the rows of a tile, p as {@link #weights} left it.
     *
     * @param along index of D, which is the same for all rows
     * @param from index of the first row of p
     * @param to index where the first row goes; in both the others follow {@code stride} floats apart
     */
    static void slopes(float[] dps, int length, MemorySegment room, long along, long from, long to, int stride) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            FloatVector d = fromMemorySegment(SPECIES, room, bytes(along + j), ORDER);
            for (int r = 0; r < Tiles.ROWS; r++) {
                FloatVector dp = fromArray(SPECIES, dps, r * Tiles.WIDTH + j);
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

    /** y = y·factor. */
    static void scale(MemorySegment y, long at, int length, float factor) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, y, bytes(at + j), ORDER).mul(factor).intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail)
                    .mul(factor)
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /** The sum of a vector's lanes. */
    static float sum(MemorySegment x, long at) {
        return Lanes.sum(fromMemorySegment(SPECIES, x, bytes(at), ORDER));
    }
}
