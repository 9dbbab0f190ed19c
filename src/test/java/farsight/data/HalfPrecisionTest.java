package farsight.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All 65,536 values of either 16-bit type, against their definition. */
class HalfPrecisionTest {
    private static final int COUNT = 1 << 16;

    @TempDir
    Path folder;

    private final short[] all = new short[COUNT];

    @BeforeEach
    void everyBitPattern() {
        for (int bits = 0; bits < COUNT; bits++) {
            all[bits] = (short) bits;
        }
    }

    @Test
    void everyFloat16IsExact() throws IOException {
        float[] read = read("F16");
        for (int bits = 0; bits < COUNT; bits++) {
            assertSame(bits, read[bits], valueOf(bits, 10, 15));
        }
    }

    @Test
    void everyBfloat16IsExact() throws IOException {
        float[] read = read("BF16");
        for (int bits = 0; bits < COUNT; bits++) {
            assertSame(bits, read[bits], valueOf(bits, 7, 127));
        }
    }

    private float[] read(String dtype) throws IOException {
        String header =
                "{\"x\":{\"dtype\":\"%s\",\"shape\":[256,256],\"data_offsets\":[0,%d]}}".formatted(dtype, 2 * COUNT);
        Path file = RawSafetensors.write(folder.resolve(dtype), header, RawSafetensors.littleEndian(all));
        return RawSafetensors.first(file).toArray();
    }

    private static void assertSame(int bits, float read, double expected) {
        if (Double.isNaN(expected)) {
            assertThat(read).as("bits %04x", bits).isNaN();
        } else {
            // As doubles, and with the sign of zero.
            assertThat((double) read).as("bits %04x", bits).isEqualTo(expected);
            assertThat(Math.copySign(1d, read)).as("sign of %04x", bits).isEqualTo(Math.copySign(1d, expected));
        }
    }

    /** IEEE 754: (−1)^s · 2^(e − bias) · 1.f, subnormal where e = 0, infinite or NaN where e is all ones. */
    private static double valueOf(int bits, int fractionBits, int bias) {
        int exponentMask = (1 << (15 - fractionBits)) - 1;
        int exponent = (bits >> fractionBits) & exponentMask;
        double fraction = Math.scalb((double) (bits & ((1 << fractionBits) - 1)), -fractionBits);
        double magnitude;
        if (exponent == exponentMask) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            magnitude = Math.scalb(fraction, 1 - bias);
        } else {
            magnitude = Math.scalb(1 + fraction, exponent - bias);
        }
        return bits >= 1 << 15 ? -magnitude : magnitude;
    }
}
