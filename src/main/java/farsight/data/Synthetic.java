package farsight.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Synthetic features, for measurements that need no real picture.
 *
 * <p>Value i depends only on the seed and on i:
 *
 * <pre>
 * key = mix(seed)
 * u_i = (⌊mix(key + i·γ) / 2¹¹⌋ + ½) · 2⁻⁵³       γ = 9e3779b97f4a7c15 (hexadecimal)
 * z_i = Φ⁻¹(u_i)
 * </pre>
 *
 * with mix the finaliser of SplitMix64 (Steele, Lea and Flood 2014; Stafford's variant 13) and Φ⁻¹ the inverse of the
 * normal distribution function by algorithm AS 241, PPND16 (Wichura 1988), in double and then rounded to float. So a
 * shorter array is a prefix of a longer one, and neither threads nor the machine make a difference.
 */
public final class Synthetic {
    private static final long GAMMA = 0x9e37_79b9_7f4a_7c15L;

    /** Values per task. */
    private static final int BLOCK = 1 << 16;

    private Synthetic() {}

    /**
     * Independent standard normals, as float32.
     *
     * @param out takes {@code count} values from its start
     * @param count number of values, 0 or more
     * @throws DataException where {@code out} is too small or the count negative
     */
    public static void normal(MemorySegment out, long count, long seed) {
        if (count < 0 || count > out.byteSize() / Float.BYTES) {
            throw new DataException("cannot write %d values into %d bytes".formatted(count, out.byteSize()));
        }
        long key = mix(seed);
        ParallelFor.forEach(Math.ceilDiv(count, BLOCK), out, block -> {
            long end = Math.min(count, (block + 1) * BLOCK);
            for (long i = block * BLOCK; i < end; i++) {
                double uniform = ((mix(key + i * GAMMA) >>> 11) + 0.5) * 0x1p-53;
                out.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) NormalQuantile.of(uniform));
            }
        });
    }

    private static long mix(long bits) {
        bits = (bits ^ (bits >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        bits = (bits ^ (bits >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return bits ^ (bits >>> 31);
    }
}
