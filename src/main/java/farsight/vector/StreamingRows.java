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
                v.mul(scale).intoMemorySegment(y, Lanes.bytes(at + r * stride + j), Lanes.ORDER);
            }
        }
    }

    /** The greatest of a row of whole vectors. */
    static float greatest(MemorySegment x, long at, int length) {
        FloatVector max = FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at), Lanes.ORDER);
        for (int j = Lanes.COUNT; j < length; j += Lanes.COUNT) {
            max = max.max(FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + j), Lanes.ORDER));
        }
        return max.reduceLanes(VectorOperators.MAX);
    }

    /** x = exp(x − max) in a row of whole vectors; total, a vector, is scaled by a factor and gets their sum added. */
    static void weigh(MemorySegment x, long at, int length, float max, MemorySegment totals, long total, float factor) {
        FloatVector sum = FloatVector.fromMemorySegment(Lanes.SPECIES, totals, Lanes.bytes(total), Lanes.ORDER)
                .mul(factor);
        for (int j = 0; j < length; j += Lanes.COUNT) {
            FloatVector e =
                    Exponential.exp(FloatVector.fromMemorySegment(Lanes.SPECIES, x, Lanes.bytes(at + j), Lanes.ORDER)
                            .sub(max));
            e.intoMemorySegment(x, Lanes.bytes(at + j), Lanes.ORDER);
            sum = sum.add(e);
        }
        sum.intoMemorySegment(totals, Lanes.bytes(total), Lanes.ORDER);
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
            FloatVector p = Exponential.exp(logit.fma(
                    Lanes.broadcast(scale),
                    FloatVector.fromMemorySegment(Lanes.SPECIES, room, Lanes.bytes(sums + j), Lanes.ORDER)));
            p.intoMemorySegment(room, Lanes.bytes(pAt + j), Lanes.ORDER);
            FloatVector dp = FloatVector.fromArray(Lanes.SPECIES, dps, tileAt + j);
            p.mul(dp.sub(FloatVector.fromMemorySegment(
                            Lanes.SPECIES, room, Lanes.bytes(sums + stride + j), Lanes.ORDER)))
                    .intoMemorySegment(room, Lanes.bytes(sAt + j), Lanes.ORDER);
        }
    }

    /** p = exp(scale·logit − ℓ) in a row of vectors. */
    static void weights(float[] logits, int tileAt, int length, float scale, MemorySegment room, long sums, long pAt) {
        for (int j = 0; j < length; j += Lanes.COUNT) {
            FloatVector logit = FloatVector.fromArray(Lanes.SPECIES, logits, tileAt + j);
            FloatVector p = Exponential.exp(logit.fma(
                    Lanes.broadcast(scale),
                    FloatVector.fromMemorySegment(Lanes.SPECIES, room, Lanes.bytes(sums + j), Lanes.ORDER)));
            p.intoMemorySegment(room, Lanes.bytes(pAt + j), Lanes.ORDER);
        }
    }

    /** y = factor·y + scale·(a row of a tile). */
    static void add(float[] tile, int tileAt, int length, float scale, MemorySegment y, long at, float factor) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v =
                    FloatVector.fromArray(Lanes.SPECIES, tile, tileAt + j).mul(scale);
            FloatVector.fromMemorySegment(Lanes.SPECIES, y, Lanes.bytes(at + j), Lanes.ORDER)
                    .fma(Lanes.broadcast(factor), v)
                    .intoMemorySegment(y, Lanes.bytes(at + j), Lanes.ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v =
                    FloatVector.fromArray(Lanes.SPECIES, tile, tileAt + whole).mul(scale);
            FloatVector before =
                    FloatVector.fromMemorySegment(Lanes.SPECIES, y, Lanes.bytes(at + whole), Lanes.ORDER, tail);
            before.fma(Lanes.broadcast(factor), v).intoMemorySegment(y, Lanes.bytes(at + whole), Lanes.ORDER, tail);
        }
    }

    /** y = y·factor. */
    static void scale(MemorySegment y, long at, int length, float factor) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector.fromMemorySegment(Lanes.SPECIES, y, Lanes.bytes(at + j), Lanes.ORDER)
                    .mul(factor)
                    .intoMemorySegment(y, Lanes.bytes(at + j), Lanes.ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector.fromMemorySegment(Lanes.SPECIES, y, Lanes.bytes(at + whole), Lanes.ORDER, tail)
                    .mul(factor)
                    .intoMemorySegment(y, Lanes.bytes(at + whole), Lanes.ORDER, tail);
        }
    }
}
