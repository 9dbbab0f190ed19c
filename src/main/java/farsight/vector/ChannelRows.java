package farsight.vector;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** One wide row ({@link RowPieces}) of the operations that have one number a channel. */
final class ChannelRows {

    private ChannelRows() {}

    static void copy(MemorySegment x, long from, MemorySegment y, long to, int length) {
        MemorySegment.copy(x, from << 2, y, to << 2, (long) length << 2);
    }

    /** y = x·s, or y += x·s. */
    static void multiply(MemorySegment x, MemorySegment s, MemorySegment y, long at, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(
                    fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                            .mul(fromMemorySegment(SPECIES, s, bytes(j), ORDER)),
                    y,
                    at + j,
                    add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .mul(fromMemorySegment(SPECIES, s, bytes(whole), ORDER, tail));
            v.add(fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, before))
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /** y = max(x, 0)·s. */
    static void multiplyRelu(MemorySegment x, MemorySegment s, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                    .max(0f)
                    .mul(fromMemorySegment(SPECIES, s, bytes(j), ORDER))
                    .intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .max(0f)
                    .mul(fromMemorySegment(SPECIES, s, bytes(whole), ORDER, tail));
            v.intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /** y = x + t. */
    static void add(MemorySegment x, MemorySegment t, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                    .add(fromMemorySegment(SPECIES, t, bytes(j), ORDER))
                    .intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .add(fromMemorySegment(SPECIES, t, bytes(whole), ORDER, tail))
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /** y = scale·t, or y += scale·t. */
    static void spread(MemorySegment t, float scale, MemorySegment y, long at, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(fromMemorySegment(SPECIES, t, bytes(j), ORDER).mul(scale), y, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            fromMemorySegment(SPECIES, t, bytes(whole), ORDER, tail)
                    .mul(scale)
                    .add(fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, before))
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /** y = exp(x − m)·f, m and f the first and second pattern. */
    static void softmax(MemorySegment x, MemorySegment patterns, int width, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector e = Exponential.exp(fromMemorySegment(SPECIES, x, bytes(at + j), ORDER)
                    .sub(fromMemorySegment(SPECIES, patterns, bytes(j), ORDER)));
            e.mul(fromMemorySegment(SPECIES, patterns, bytes(width + j), ORDER))
                    .intoMemorySegment(y, bytes(at + j), ORDER);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector e = Exponential.exp(fromMemorySegment(SPECIES, x, bytes(at + whole), ORDER, tail)
                    .sub(fromMemorySegment(SPECIES, patterns, bytes(whole), ORDER, tail)));
            e.mul(fromMemorySegment(SPECIES, patterns, bytes(width + whole), ORDER, tail))
                    .intoMemorySegment(y, bytes(at + whole), ORDER, tail);
        }
    }

    /** dx = y·(dy − along), or dx += that. */
    static void softmaxGradient(
            MemorySegment y,
            MemorySegment dy,
            MemorySegment along,
            MemorySegment dx,
            long at,
            int length,
            boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER)
                    .sub(fromMemorySegment(SPECIES, along, bytes(j), ORDER));
            Lanes.store(fromMemorySegment(SPECIES, y, bytes(at + j), ORDER).mul(g), dx, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + whole), ORDER, tail)
                    .sub(fromMemorySegment(SPECIES, along, bytes(whole), ORDER, tail));
            fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail)
                    .mul(g)
                    .add(fromMemorySegment(SPECIES, dx, bytes(at + whole), ORDER, before))
                    .intoMemorySegment(dx, bytes(at + whole), ORDER, tail);
        }
    }

    /** dx = (dy − y·along)·factor where y is above the gate, else 0, or dx += that; along and factor the first and second pattern. */
    static void unitGradient(
            MemorySegment y,
            MemorySegment dy,
            MemorySegment patterns,
            int width,
            MemorySegment dx,
            long at,
            int length,
            float gate,
            boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + j), ORDER);
            FloatVector along = fromMemorySegment(SPECIES, patterns, bytes(j), ORDER);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + j), ORDER)
                    .sub(v.mul(along))
                    .mul(fromMemorySegment(SPECIES, patterns, bytes(width + j), ORDER));
            Lanes.store(Lanes.gated(g, v, gate), dx, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            VectorMask<Float> before = Lanes.tail(add ? length : 0);
            FloatVector v = fromMemorySegment(SPECIES, y, bytes(at + whole), ORDER, tail);
            FloatVector along = fromMemorySegment(SPECIES, patterns, bytes(whole), ORDER, tail);
            FloatVector factor = fromMemorySegment(SPECIES, patterns, bytes(width + whole), ORDER, tail);
            FloatVector g = fromMemorySegment(SPECIES, dy, bytes(at + whole), ORDER, tail)
                    .sub(v.mul(along))
                    .mul(factor);
            Lanes.gated(g, v, gate)
                    .add(fromMemorySegment(SPECIES, dx, bytes(at + whole), ORDER, before))
                    .intoMemorySegment(dx, bytes(at + whole), ORDER, tail);
        }
    }
}
