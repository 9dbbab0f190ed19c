package farsight.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * An array of float32 values with its shape: {@code values} holds the product of {@code shape} floats in row-major
 * order (the last axis runs fastest) and in this machine's byte order.
 *
 * <p>The shape is fixed. The values are a view of their memory (the heap, native memory or a mapped file), and live as
 * long and are as writable as that memory. A shape without axes is a scalar: one value.
 */
public final class Tensor {
    /** Elements per task of a parallel pass; 1 MiB of floats. */
    private static final int BLOCK = 1 << 18;

    private final long[] shape;
    private final MemorySegment values;

    /**
     * @param shape the length of each axis, outermost first; copied
     * @param values exactly 4 bytes per element, aligned to 4 bytes; kept, not copied
     * @throws DataException where an axis is negative, the bytes do not fit the shape, or the memory is not aligned
     */
    public Tensor(long[] shape, MemorySegment values) {
        this.shape = shape.clone();
        this.values = values;
        long bytes = bytesOf(this.shape);
        if (values.byteSize() != bytes) {
            throw new DataException("a tensor of shape %s takes %d bytes of float32 values, not %d"
                    .formatted(shapeText(shape), bytes, values.byteSize()));
        }
        if (values.maxByteAlignment() < Float.BYTES) {
            throw new DataException(
                    "the values of a tensor of shape %s are not aligned to 4 bytes".formatted(shapeText(shape)));
        }
    }

    /**
     * A view of {@code values} on the heap, without a copy.
     *
     * @param values row-major values, as many as the product of {@code shape}
     * @param shape the length of each axis, outermost first
     * @throws DataException where the count does not fit the shape
     */
    public static Tensor of(float[] values, long... shape) {
        return new Tensor(shape, MemorySegment.ofArray(values));
    }

    /**
     * A tensor of zeros in native memory that the garbage collector frees.
     *
     * @param shape the length of each axis, outermost first
     * @throws DataException where an axis is negative or the bytes do not fit a {@code long}
     * @throws OutOfMemoryError where the machine does not have that much
     */
    public static Tensor allocate(long... shape) {
        // 64 bytes: a cache line and the widest vector register.
        return new Tensor(shape, Arena.ofAuto().allocate(bytesOf(shape), 64));
    }

    /** The length of each axis, outermost first; a fresh copy. */
    public long[] shape() {
        return shape.clone();
    }

    /** The values, row-major, native byte order. */
    public MemorySegment values() {
        return values;
    }

    /** Number of values: the product of the shape, 1 for a scalar. */
    public long elements() {
        return values.byteSize() / Float.BYTES;
    }

    /**
     * The value at a flat, row-major index.
     *
     * @throws IndexOutOfBoundsException where {@code index} is not in 0 … elements − 1
     */
    public float get(long index) {
        return values.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    /**
     * A copy of the values on the heap.
     *
     * @throws DataException where there are more than a Java array holds
     */
    public float[] toArray() {
        if (elements() > Integer.MAX_VALUE - 8) {
            throw new DataException("a tensor of shape %s has %d elements, more than a Java array holds"
                    .formatted(shapeText(shape), elements()));
        }
        return values.toArray(ValueLayout.JAVA_FLOAT);
    }

    /** The same shape and values in their own native memory, valid after a file is closed. */
    public Tensor copy() {
        Tensor copy = allocate(shape);
        copy.values.copyFrom(values);
        return copy;
    }

    /**
     * The same values, in the same memory, under another shape.
     *
     * @throws DataException where the product of {@code newShape} differs
     */
    public Tensor reshape(long... newShape) {
        if (elementsOf(newShape) != elements()) {
            throw new DataException("a tensor of shape %s (%d elements) cannot take the shape %s (%d elements)"
                    .formatted(shapeText(shape), elements(), shapeText(newShape), elementsOf(newShape)));
        }
        return new Tensor(newShape, values);
    }

    /** Number of values that are NaN or infinite. */
    public long nonFinite() {
        long blocks = Math.ceilDiv(elements(), BLOCK);
        LongStream indices = LongStream.range(0, blocks);
        return (ParallelFor.mayShare(values) ? indices.parallel() : indices)
                .map(this::nonFiniteInBlock)
                .sum();
    }

    private long nonFiniteInBlock(long block) {
        MemorySegment part = values.asSlice(block * BLOCK * Float.BYTES);
        int length = (int) Math.min(BLOCK, part.byteSize() / Float.BYTES);
        int count = 0;
        for (int i = 0; i < length; i++) {
            // All exponent bits set means NaN or infinite. Only then does adding one to the exponent field carry into
            // the sign bit. The test needs no branch.
            int magnitude = part.getAtIndex(ValueLayout.JAVA_INT, i) & 0x7fff_ffff;
            count += (magnitude + 0x0080_0000) >>> 31;
        }
        return count;
    }

    /**
     * The product of a shape; 1 for no axes.
     *
     * @throws DataException where an axis is negative or the product does not fit a {@code long}
     */
    public static long elementsOf(long... shape) {
        boolean empty = false;
        for (long axis : shape) {
            if (axis < 0) {
                throw new DataException("the shape " + shapeText(shape) + " has a negative axis; expected 0 or more");
            }
            empty |= axis == 0;
        }
        if (empty) {
            return 0;
        }
        try {
            long product = 1;
            for (long axis : shape) {
                product = Math.multiplyExact(product, axis);
            }
            return product;
        } catch (ArithmeticException e) {
            throw new DataException("the shape " + shapeText(shape) + " has more than 2^63 - 1 elements", e);
        }
    }

    static long bytesOf(long... shape) {
        try {
            return Math.multiplyExact(elementsOf(shape), (long) Float.BYTES);
        } catch (ArithmeticException e) {
            throw new DataException("the shape " + shapeText(shape) + " takes more than 2^63 - 1 bytes", e);
        }
    }

    /** A shape as in messages and tables: {@code [2, 16, 5, 7]}, {@code []} for a scalar. */
    public static String shapeText(long... shape) {
        return Arrays.toString(shape);
    }

    /** Equal shape and equal bits: NaN equals the same NaN, and 0 differs from −0. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that && Arrays.equals(shape, that.shape) && values.mismatch(that.values) == -1;
    }

    @Override
    public int hashCode() {
        // Only the shape: a hash should not read a gigabyte, nor change with the values.
        return Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
        return "Tensor" + shapeText(shape);
    }
}
