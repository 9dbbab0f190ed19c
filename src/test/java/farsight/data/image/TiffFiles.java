package farsight.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes TIFF files of any form, of one strip, for tests to read. */
final class TiffFiles {
    static final int BITS = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int ORIENTATION = 274;
    static final int SAMPLES = 277;
    static final int COLOUR_MAP = 320;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;

    private TiffFiles() {}

    /** Of so many bits a sample, the same for all samples of a pixel. */
    static byte[] tiff(int width, int height, int bits, int photometric, int samples, byte[] data, int... more) {
        SortedMap<Integer, int[]> tags = new TreeMap<>();
        int[] each = new int[samples];
        java.util.Arrays.fill(each, bits);
        tags.put(BITS, each);
        tags.put(PHOTOMETRIC, new int[] {photometric});
        tags.put(SAMPLES, new int[] {samples});
        for (int i = 0; i < more.length; i += 2) {
            tags.put(more[i], new int[] {more[i + 1]});
        }
        return tiff(width, height, tags, data);
    }

    static byte[] tiff(int width, int height, Map<Integer, int[]> given, byte[] data) {
        SortedMap<Integer, int[]> tags = new TreeMap<>(given);
        tags.put(256, new int[] {width});
        tags.put(257, new int[] {height});
        tags.putIfAbsent(COMPRESSION, new int[] {1});
        tags.put(278, new int[] {height});
        tags.put(279, new int[] {data.length});
        tags.put(273, new int[] {0});
        int head = 8 + 2 + 12 * tags.size() + 4;
        int outside = tags.values().stream()
                .mapToInt(v -> v.length > 2 ? 2 * v.length : 0)
                .sum();
        tags.put(273, new int[] {head + outside});
        ByteBuffer out = ByteBuffer.allocate(head + outside + data.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) tags.size());
        int next = head;
        for (Map.Entry<Integer, int[]> tag : tags.entrySet()) {
            int[] values = tag.getValue();
            out.putShort((short) (int) tag.getKey()).putShort((short) 3).putInt(values.length);
            if (values.length > 2) {
                out.putInt(next);
                for (int i = 0; i < values.length; i++) {
                    out.putShort(next + 2 * i, (short) values[i]);
                }
                next += 2 * values.length;
            } else {
                out.putShort((short) values[0]).putShort((short) (values.length > 1 ? values[1] : 0));
            }
        }
        return out.putInt(0).position(next).put(data).array();
    }

    /** Samples as bytes of a file, little-endian: of 8, 16 or 32 bits, or −32 and −64 for floats. */
    static byte[] samples(int bits, double... values) {
        ByteBuffer out = ByteBuffer.allocate(values.length * Math.abs(bits) / 8).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            switch (bits) {
                case 8 -> out.put((byte) (int) value);
                case 16 -> out.putShort((short) (int) value);
                case 32 -> out.putInt((int) (long) value);
                case -32 -> out.putFloat((float) value);
                default -> out.putDouble(value);
            }
        }
        return out.array();
    }
}
