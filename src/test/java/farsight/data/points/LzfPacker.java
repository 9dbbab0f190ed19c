package farsight.data.points;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;

/** Packs bytes as LZF does: greedily, with literals and copies of at least three bytes. */
final class LzfPacker {
    private static final int MAX_DISTANCE = 1 << 13;
    private static final int MAX_LENGTH = 264;

    private LzfPacker() {}

    static byte[] pack(byte[] in) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<Integer, Integer> seen = new HashMap<>();
        int literals = 0;
        int at = 0;
        while (at < in.length) {
            int length = 0;
            int from = 0;
            if (at + 3 <= in.length) {
                int three = (in[at] & 0xff) << 16 | (in[at + 1] & 0xff) << 8 | (in[at + 2] & 0xff);
                Integer earlier = seen.put(three, at);
                if (earlier != null && at - earlier <= MAX_DISTANCE) {
                    from = earlier;
                    while (length < MAX_LENGTH && at + length < in.length && in[from + length] == in[at + length]) {
                        length++;
                    }
                }
            }
            if (length >= 3) {
                literals(in, at - literals, literals, out);
                literals = 0;
                copy(at - from - 1, length - 2, out);
                at += length;
            } else {
                literals++;
                at++;
            }
        }
        literals(in, at - literals, literals, out);
        return out.toByteArray();
    }

    private static void literals(byte[] in, int from, int count, ByteArrayOutputStream out) {
        for (int done = 0; done < count; done += 32) {
            int run = Math.min(32, count - done);
            out.write(run - 1);
            out.write(in, from + done, run);
        }
    }

    private static void copy(int distance, int length, ByteArrayOutputStream out) {
        if (length < 7) {
            out.write(length << 5 | distance >> 8);
        } else {
            out.write(7 << 5 | distance >> 8);
            out.write(length - 7);
        }
        out.write(distance & 0xff);
    }
}
