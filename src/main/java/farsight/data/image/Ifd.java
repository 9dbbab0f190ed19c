package farsight.data.image;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A directory of a TIFF file, also the form of EXIF: numbers under their tags. An entry that lies beyond the bytes or
 * is not a whole number counts as missing; the decoder reports a damaged file.
 *
 * @param values the whole numbers of each tag
 * @param next where the next directory begins; 0 for the last
 */
record Ifd(Map<Integer, long[]> values, long next) {
    static final int BITS = 258;
    static final int PHOTOMETRIC = 262;
    static final int ORIENTATION = 274;
    static final int SAMPLES = 277;
    static final int COLOUR_MAP = 320;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;

    private static final int ENTRY = 12;

    /** Most numbers read per tag: a colour map of 16 bits. */
    private static final long MOST = 3L << 16;

    private static final int MOST_DIRECTORIES = 1 << 16;

    /** The first directory of a TIFF file; empty where the bytes are not a TIFF file. */
    static Optional<Ifd> first(MemorySegment tiff) {
        return order(tiff).flatMap(order -> at(tiff, order, unsigned(tiff, 4, 4, order)));
    }

    /** Number of directories in the chain; each is an image. */
    static int count(MemorySegment tiff) {
        Set<Long> seen = new HashSet<>();
        ByteOrder order = order(tiff).orElse(ByteOrder.BIG_ENDIAN);
        // A chain may form a loop.
        for (Optional<Ifd> ifd = first(tiff); ifd.isPresent() && seen.size() < MOST_DIRECTORIES; ) {
            long next = ifd.get().next;
            if (next == 0 || !seen.add(next)) {
                break;
            }
            ifd = at(tiff, order, next);
        }
        return seen.size() + 1;
    }

    /** A tag's numbers, or a single one where it is missing. */
    long[] of(int tag, long missing) {
        long[] found = values.get(tag);
        return found == null || found.length == 0 ? new long[] {missing} : found;
    }

    /** A tag's first number. */
    long number(int tag, long missing) {
        return of(tag, missing)[0];
    }

    private static Optional<ByteOrder> order(MemorySegment tiff) {
        if (tiff.byteSize() < 8) {
            return Optional.empty();
        }
        long magic = unsigned(tiff, 0, 4, ByteOrder.BIG_ENDIAN);
        return magic == 0x49492a00L
                ? Optional.of(ByteOrder.LITTLE_ENDIAN)
                : magic == 0x4d4d002aL ? Optional.of(ByteOrder.BIG_ENDIAN) : Optional.empty();
    }

    private static Optional<Ifd> at(MemorySegment tiff, ByteOrder order, long at) {
        if (at < 8 || at > tiff.byteSize() - 2) {
            return Optional.empty();
        }
        Map<Integer, long[]> values = new HashMap<>();
        long entries = unsigned(tiff, at, 2, order);
        long entry = at + 2;
        for (long i = 0; i < entries && entry <= tiff.byteSize() - ENTRY; i++, entry += ENTRY) {
            int tag = (int) unsigned(tiff, entry, 2, order);
            long[] numbers = numbers(tiff, entry, order);
            if (numbers.length > 0) {
                values.putIfAbsent(tag, numbers);
            }
        }
        long next = entry <= tiff.byteSize() - 4 ? unsigned(tiff, entry, 4, order) : 0;
        return Optional.of(new Ifd(values, next));
    }

    private static long[] numbers(MemorySegment tiff, long entry, ByteOrder order) {
        int size = switch ((int) unsigned(tiff, entry + 2, 2, order)) {
            case 1 -> 1;
            case 3 -> 2;
            case 4 -> 4;
            default -> 0;
        };
        long count = unsigned(tiff, entry + 4, 4, order);
        if (size == 0 || count > MOST) {
            return new long[0];
        }
        // Values of up to four bytes lie in the entry itself.
        long at = size * count <= 4 ? entry + 8 : unsigned(tiff, entry + 8, 4, order);
        if (at > tiff.byteSize() - size * count) {
            return new long[0];
        }
        long[] numbers = new long[(int) count];
        for (int i = 0; i < count; i++) {
            numbers[i] = unsigned(tiff, at + (long) i * size, size, order);
        }
        return numbers;
    }

    /** A whole number of 1, 2 or 4 bytes. */
    static long unsigned(MemorySegment bytes, long at, int size, ByteOrder order) {
        return switch (size) {
            case 1 -> Byte.toUnsignedLong(bytes.get(ValueLayout.JAVA_BYTE, at));
            case 2 -> Short.toUnsignedLong(bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at));
            default -> Integer.toUnsignedLong(bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at));
        };
    }
}
