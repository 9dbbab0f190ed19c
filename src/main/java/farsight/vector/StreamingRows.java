package farsight.vector;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The rows of a tile, between the products of streaming attention. */
final class StreamingRows {

    private StreamingRows() {}

    /** The rows of a tile of so many vectors, times a factor, to y, {@code stride} floats apart. */
    static void copy(float[] tile, int vectors, float scale, MemorySegment y, long at, long stride) {
        for (int r = 0; r < Tiles.ROWS; r++) {
            for (int j = 0; j < vectors * Lanes.COUNT; j += Lanes.COUNT) {
                FloatVector v = FloatVector.fromArray(Lanes.SPECIES, tile, r * Tiles.WIDTH + j);
                Lanes.store(v.mul(scale), y, at + r * stride + j);
            }
        }
    }

    /** The greatest of a row of whole vectors. */
    static float greatest(MemorySegment x, long at, int length) {
        FloatVector max = Lanes.load(x, at);
        for (int j = Lanes.COUNT; j < length; j += Lanes.COUNT) {
            max = max.max(Lanes.load(x, at + j));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /** x = exp(x − max) in a row of whole vectors; total, a vector, is scaled by a factor and gets their sum added. */
    static void weigh(MemorySegment x, long at, int length, float max, MemorySegment totals, long total, float factor) {
        FloatVector sum = Lanes.load(totals, total).mul(factor);
        for (int j = 0; j < length; j += Lanes.COUNT) {
            FloatVector e = Exponential.exp(Lanes.load(x, at + j).sub(max));
            Lanes.store(e, x, at + j);
            sum = sum.add(e);
        }
        Lanes.store(sum, totals, total);
    }

    /** p = exp(scale·logit − ℓ) and s = p·(dp − D) in a row of vectors; negated ℓ, then D {@code stride} floats after. */
    static void slopes(
            float[] logits,
            float[] dps,
            int tileAt,
            int length,
            float scale,
            MemorySegment room,
            long sums,
            int stride,
            long pAt,
            long sAt) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            FloatVector logit = FloatVector.fromArray(Lanes.SPECIES, logits, tileAt + j);
            FloatVector p = Exponential.exp(logit.fma(Lanes.broadcast(scale), Lanes.load(room, sums + j)));
            Lanes.store(p, room, pAt + j);
            FloatVector dp = FloatVector.fromArray(Lanes.SPECIES, dps, tileAt + j);
            Lanes.store(p.mul(dp.sub(Lanes.load(room, sums + stride + j))), room, sAt + j);
        }
    }

    /** p = exp(scale·logit − ℓ) in a row of vectors. */
    static void weights(float[] logits, int tileAt, int length, float scale, MemorySegment room, long sums, long pAt) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            FloatVector logit = FloatVector.fromArray(Lanes.SPECIES, logits, tileAt + j);
            FloatVector p = Exponential.exp(logit.fma(Lanes.broadcast(scale), Lanes.load(room, sums + j)));
            Lanes.store(p, room, pAt + j);
        }
    }

    /** y = factor·y + scale·(a row of a tile). */
    static void add(float[] tile, int tileAt, int length, float scale, MemorySegment y, long at, float factor) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v =
                    FloatVector.fromArray(Lanes.SPECIES, tile, tileAt + j).mul(scale);
            Lanes.store(Lanes.load(y, at + j).fma(Lanes.broadcast(factor), v), y, at + j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v =
                    FloatVector.fromArray(Lanes.SPECIES, tile, tileAt + whole).mul(scale);
            FloatVector before = Lanes.load(y, at + whole, tail);
            Lanes.store(before.fma(Lanes.broadcast(factor), v), y, at + whole, tail);
        }
    }

    /** y = y·factor. */
    static void scale(MemorySegment y, long at, int length, float factor) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(y, at + j).mul(factor), y, at + j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            Lanes.store(Lanes.load(y, at + whole, tail).mul(factor), y, at + whole, tail);
        }
    }
}
