package farsight.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Locale;

/** The number types of point-cloud files. All values but the largest integers fit a double exactly. */
public enum ScalarType {
    INT8(1),
    UINT8(1),
    INT16(2),
    UINT16(2),
    INT32(4),
    UINT32(4),
    INT64(8),
    UINT64(8),
    FLOAT32(4),
    FLOAT64(8);

    private final int bytes;

    ScalarType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of a value. */
    public int bytes() {
        return bytes;
    }

    /** Whether it has fractions. */
    public boolean isFloat() {
        return this == FLOAT32 || this == FLOAT64;
    }

    /** Whether it has no values below 0. */
    public boolean isUnsigned() {
        return this == UINT8 || this == UINT16 || this == UINT32 || this == UINT64;
    }

    /** Its name in messages. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The value at a byte of a file. */
    public double read(MemorySegment file, long at, ByteOrder order) {
        return switch (this) {
            case INT8 -> file.get(ValueLayout.JAVA_BYTE, at);
            case UINT8 -> Byte.toUnsignedInt(file.get(ValueLayout.JAVA_BYTE, at));
            case INT16 -> shortAt(file, at, order);
            case UINT16 -> Short.toUnsignedInt(shortAt(file, at, order));
            case INT32 -> intAt(file, at, order);
            case UINT32 -> Integer.toUnsignedLong(intAt(file, at, order));
            case INT64 -> (double) longAt(file, at, order);
            case UINT64 -> unsigned(longAt(file, at, order));
            case FLOAT32 -> Float.intBitsToFloat(intAt(file, at, order));
            case FLOAT64 -> Double.longBitsToDouble(longAt(file, at, order));
        };
    }

    /**
     * The value of a word of text.
     *
     * @throws NumberFormatException where it is not a number
     */
    public static double parse(String word) {
        // As C's printf writes them; Java's parser does not know these.
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "nan", "-nan", "+nan", "nan(ind)", "-nan(ind)" -> Double.NaN;
            case "inf", "+inf", "infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(word);
        };
    }

    private static short shortAt(MemorySegment file, long at, ByteOrder order) {
        return file.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at);
    }

    private static int intAt(MemorySegment file, long at, ByteOrder order) {
        return file.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at);
    }

    private static long longAt(MemorySegment file, long at, ByteOrder order) {
        return file.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), at);
    }

    private static double unsigned(long bits) {
        return bits >= 0 ? bits : (bits >>> 1) * 2.0 + (bits & 1);
    }
}
