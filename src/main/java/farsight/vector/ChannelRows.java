package farsight.vector;

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
            Lanes.store(Lanes.load(x, at + j).mul(Lanes.load(s, j)), y, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = Lanes.load(x, at + whole, tail).mul(Lanes.load(s, whole, tail));
            Lanes.store(v, y, at + whole, add, tail);
        }
    }

    /** y = max(x, 0)·s. */
    static void multiplyRelu(MemorySegment x, MemorySegment s, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(x, at + j).max(0f).mul(Lanes.load(s, j)), y, at + j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = Lanes.load(x, at + whole, tail).max(0f).mul(Lanes.load(s, whole, tail));
            Lanes.store(v, y, at + whole, tail);
        }
    }

    /** y = x + t. */
    static void add(MemorySegment x, MemorySegment t, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(x, at + j).add(Lanes.load(t, j)), y, at + j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            Lanes.store(Lanes.load(x, at + whole, tail).add(Lanes.load(t, whole, tail)), y, at + whole, tail);
        }
    }

    /** y = scale·t, or y += scale·t. */
    static void spread(MemorySegment t, float scale, MemorySegment y, long at, int length, boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            Lanes.store(Lanes.load(t, j).mul(scale), y, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            Lanes.store(Lanes.load(t, whole, tail).mul(scale), y, at + whole, add, tail);
        }
    }

    /** y = exp(x − m)·f, m and f the first and second pattern. */
    static void softmax(MemorySegment x, MemorySegment patterns, int width, MemorySegment y, long at, int length) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector e = Exponential.exp(Lanes.load(x, at + j).sub(Lanes.load(patterns, j)));
            Lanes.store(e.mul(Lanes.load(patterns, width + j)), y, at + j);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector e = Exponential.exp(Lanes.load(x, at + whole, tail).sub(Lanes.load(patterns, whole, tail)));
            Lanes.store(e.mul(Lanes.load(patterns, width + whole, tail)), y, at + whole, tail);
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
            FloatVector g = Lanes.load(dy, at + j).sub(Lanes.load(along, j));
            Lanes.store(Lanes.load(y, at + j).mul(g), dx, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector g = Lanes.load(dy, at + whole, tail).sub(Lanes.load(along, whole, tail));
            Lanes.store(Lanes.load(y, at + whole, tail).mul(g), dx, at + whole, add, tail);
        }
    }

    /** dx = [y &gt; 0 if ReLU]·(dy − y·along)·factor, or dx += that; along and factor the first and second pattern. */
    static void unitGradient(
            MemorySegment y,
            MemorySegment dy,
            MemorySegment patterns,
            int width,
            MemorySegment dx,
            long at,
            int length,
            boolean relu,
            boolean add) {
        int whole = (int) Lanes.whole(length);
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            FloatVector v = Lanes.load(y, at + j);
            FloatVector along = Lanes.load(patterns, j);
            FloatVector g = Lanes.load(dy, at + j).sub(v.mul(along)).mul(Lanes.load(patterns, width + j));
            Lanes.store(relu ? ElementVector.gated(v, g) : g, dx, at + j, add);
        }
        if (whole < length) {
            VectorMask<Float> tail = Lanes.tail(length);
            FloatVector v = Lanes.load(y, at + whole, tail);
            FloatVector along = Lanes.load(patterns, whole, tail);
            FloatVector factor = Lanes.load(patterns, width + whole, tail);
            FloatVector g = Lanes.load(dy, at + whole, tail).sub(v.mul(along)).mul(factor);
            Lanes.store(relu ? ElementVector.gated(v, g) : g, dx, at + whole, add, tail);
        }
    }
}
