package farsight.data;

import java.util.Arrays;
import java.util.Optional;

/** The element types of the safetensors format, with their widths in bits. */
enum Dtype {
    BOOL(8),
    F4(4),
    F6_E2M3(6),
    F6_E3M2(6),
    U8(8),
    I8(8),
    F8_E5M2(8),
    F8_E4M3(8),
    F8_E8M0(8),
    F8_E4M3FNUZ(8),
    F8_E5M2FNUZ(8),
    I16(16),
    U16(16),
    F16(16),
    BF16(16),
    I32(32),
    U32(32),
    F32(32),
    C64(64),
    F64(64),
    I64(64),
    U64(64);

    private final int bits;

    Dtype(int bits) {
        this.bits = bits;
    }

    /**
     * The bytes of a number of elements.
     *
     * @throws ArithmeticException where they exceed a {@code long}, or end within a byte
     */
    long bytes(long elements) {
        long all = Math.multiplyExact(elements, (long) bits);
        if (all % Byte.SIZE != 0) {
            throw new ArithmeticException("the elements end within a byte");
        }
        return all / Byte.SIZE;
    }

    /** The type that a header names, if the format has it. */
    static Optional<Dtype> named(String name) {
        return Arrays.stream(values())
                .filter(dtype -> dtype.name().equals(name))
                .findFirst();
    }
}
