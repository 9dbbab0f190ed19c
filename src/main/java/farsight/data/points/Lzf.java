package farsight.data.points;

import farsight.data.DataException;
import java.nio.file.Path;

/**
 * The LZF compression of binary_compressed PCD files (Marc Lehmann's LibLZF). A byte below 32 starts a run of literal
 * bytes, one more than its value. Any other byte starts a copy from the output so far, of length and distance
 *
 * <pre>
 * length   = (byte / 32) + 2, plus the next byte where byte / 32 is 7
 * distance = (byte mod 32) · 256 + next byte + 1
 * </pre>
 *
 * A copy may overlap its own output, which repeats it.
 */
final class Lzf {
    /** Most bytes that one byte unpacks to: three give a copy of 264. */
    static final int MAX_RATIO = 88;

    private Lzf() {}

    /**
     * Unpacks.
     *
     * @param path the file, for messages
     * @param out filled exactly
     * @throws DataException where the input ends too soon, points before its beginning, or gives another number of
     *     bytes
     */
    static void unpack(Path path, byte[] in, byte[] out) {
        int from = 0;
        int to = 0;
        while (from < in.length) {
            int control = Byte.toUnsignedInt(in[from++]);
            if (control < 32) {
                int length = control + 1;
                check(path, length <= in.length - from && length <= out.length - to);
                System.arraycopy(in, from, out, to, length);
                from += length;
                to += length;
            } else {
                int length = (control >>> 5) + 2;
                if (length == 9) {
                    check(path, from < in.length);
                    length += Byte.toUnsignedInt(in[from++]);
                }
                check(path, from < in.length);
                int distance = (control & 31) * 256 + Byte.toUnsignedInt(in[from++]) + 1;
                check(path, distance <= to && length <= out.length - to);
                // Byte by byte: the copy may overlap its source.
                for (int end = to + length; to < end; to++) {
                    out[to] = out[to - distance];
                }
            }
        }
        check(path, to == out.length);
    }

    private static void check(Path path, boolean sound) {
        if (!sound) {
            throw new DataException(path + " is damaged: its compressed points do not unpack to the size it claims");
        }
    }
}
