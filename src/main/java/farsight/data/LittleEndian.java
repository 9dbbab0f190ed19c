package farsight.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The little-endian numbers of a file as numbers of Java. */
final class LittleEndian {

    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    /** Whether {@link #floats(Dtype, MemorySegment, MemorySegment)} reads the type. */
    static boolean floats(Dtype type) {
        return type == Dtype.F32 || type == Dtype.F16 || type == Dtype.BF16;
    }

    /** Whether {@link #number} reads the type. */
    static boolean numbers(Dtype type) {
        return switch (type) {
            case I64, I32, I16, I8, U8, BOOL, F32 -> true;
            default -> false;
        };
    }

    /** Whether float32 numbers can be used where they stand. */
    static boolean isNative(MemorySegment bytes) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN && bytes.maxByteAlignment() >= Float.BYTES;
    }

    /**
     * Converts numbers exactly to float32.
     *
     * @param into room for all of them, native byte order
     */
    static void floats(Dtype type, MemorySegment bytes, MemorySegment into) {
        long count = into.byteSize() / Float.BYTES;
        switch (type) {
            // Between layouts of different byte order this swaps the bytes.
            case F32 -> MemorySegment.copy(bytes, WORD, 0, into, ValueLayout.JAVA_INT, 0, count);
            case F16 -> {
                for (long i = 0; i < count; i++) {
                    short half = bytes.get(HALF, i * Short.BYTES);
                    into.setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.float16ToFloat(half));
                }
            }
            case BF16 -> {
                // A bfloat16 is the upper half of a float32.
                for (long i = 0; i < count; i++) {
                    int upper = bytes.get(HALF, i * Short.BYTES);
                    into.setAtIndex(ValueLayout.JAVA_INT, i, upper << 16);
                }
            }
            default -> throw new IllegalArgumentException(type + " is not read as float32");
        }
    }

    /** One number. */
    static double number(Dtype type, MemorySegment bytes, long i) {
        return switch (type) {
            case I64 -> (double) bytes.get(LONG, i * Long.BYTES);
            case I32 -> bytes.get(WORD, i * Integer.BYTES);
            case I16 -> bytes.get(HALF, i * Short.BYTES);
            case I8 -> bytes.get(ValueLayout.JAVA_BYTE, i);
            case U8, BOOL -> bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff;
            case F32 -> Float.intBitsToFloat(bytes.get(WORD, i * Float.BYTES));
            default -> throw new IllegalArgumentException(type + " is not read as a number");
        };
    }
}
