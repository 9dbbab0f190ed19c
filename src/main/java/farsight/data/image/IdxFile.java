package farsight.data.image;

import farsight.data.DataException;
import farsight.data.Heap;
import farsight.data.InputFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An array of unsigned bytes in an IDX file, the format of MNIST and Fashion-MNIST (Yann LeCun, "The MNIST database"):
 *
 * <pre>
 * 0 0 type axes     four bytes: type 8 are unsigned bytes
 * extent …          four bytes each, the most significant first
 * value …           row-major, as many as the product of the extents
 * </pre>
 *
 * The file may be compressed by gzip, whatever its name.
 *
 * @param extents of the axes, outermost first
 * @param values row-major; each is {@code values[i] & 0xFF}
 */
@SuppressWarnings("ArrayRecordComponent") // Too many to copy at each look.
public record IdxFile(List<Integer> extents, byte[] values) {

    /** Most values of a file: eleven times those of Fashion-MNIST's images. */
    public static final int MOST_VALUES = 1 << 29;

    private static final int UNSIGNED_BYTES = 8;
    private static final int BYTE = 8;
    private static final int MAGIC = 4;
    private static final int GZIP_1 = 0x1f;
    private static final int GZIP_2 = 0x8b;

    /**
     * Reads a file. The memory grows with the bytes that there are, not with the header's claim.
     *
     * @param axes how many it must have: 1 for labels, 3 for images
     * @throws DataException in one line when the file is missing, no IDX file, of another type or other axes, too large,
     *     too short or too long, or its compression is damaged
     */
    public static IdxFile read(Path path, int axes) {
        InputFiles.check(path, "an IDX file");
        try (InputStream file = Files.newInputStream(path);
                InputStream in = unpacked(file)) {
            List<Integer> extents = header(path, in, axes);
            int count = count(path, extents);
            byte[] values = Heap.within(count, "reading the %,d values of %s".formatted(count, path), () -> {
                try {
                    return in.readNBytes(count);
                } catch (IOException e) {
                    throw failure(path, e);
                }
            });
            if (values.length < count) {
                throw new DataException("%s is truncated: it has %,d of the %,d values of its extents %s"
                        .formatted(path, values.length, count, extents));
            }
            if (in.read() >= 0) {
                throw new DataException("%s is too long: something follows the %,d values of its extents %s"
                        .formatted(path, count, extents));
            }
            return new IdxFile(extents, values);
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    private static InputStream unpacked(InputStream file) throws IOException {
        PushbackInputStream in = new PushbackInputStream(file, 2);
        byte[] start = in.readNBytes(2);
        in.unread(start);
        boolean packed = start.length == 2 && (start[0] & 0xFF) == GZIP_1 && (start[1] & 0xFF) == GZIP_2;
        return packed ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private static List<Integer> header(Path path, InputStream in, int axes) throws IOException {
        byte[] magic = in.readNBytes(MAGIC);
        if (magic.length < MAGIC || magic[0] != 0 || magic[1] != 0) {
            throw new DataException(path + " is not an IDX file: expected two bytes of 0, a type and a number of axes");
        }
        if (magic[2] != UNSIGNED_BYTES) {
            throw new DataException(
                    "%s holds values of type 0x%02x, expected 0x08, unsigned bytes".formatted(path, magic[2] & 0xFF));
        }
        if (magic[3] != axes) {
            throw new DataException("%s has %d axes, expected %d".formatted(path, magic[3] & 0xFF, axes));
        }
        List<Integer> extents = new ArrayList<>();
        for (int axis = 0; axis < axes; axis++) {
            byte[] extent = in.readNBytes(Integer.BYTES);
            if (extent.length < Integer.BYTES) {
                throw new DataException(path + " is truncated: it ends within its header");
            }
            int value = 0;
            for (byte b : extent) {
                value = (value << BYTE) | (b & 0xFF);
            }
            extents.add(value);
        }
        return List.copyOf(extents);
    }

    private static int count(Path path, List<Integer> extents) {
        long count = 1;
        for (int extent : extents) {
            if (extent < 1) {
                throw new DataException(
                        "%s claims the extents %s, expected each from 1 to 2^31 - 1".formatted(path, extents));
            }
            count *= extent;
            if (count > MOST_VALUES) {
                throw new DataException(
                        "%s claims the extents %s, more than %,d values".formatted(path, extents, MOST_VALUES));
            }
        }
        return (int) count;
    }

    private static DataException failure(Path path, IOException e) {
        return switch (e) {
            case EOFException _ -> new DataException(path + " is truncated: its compressed data ends too soon", e);
            case ZipException _ ->
                new DataException(
                        "%s is damaged: its compressed data cannot be read: %s".formatted(path, InputFiles.reason(e)),
                        e);
            default -> InputFiles.failure(path, e);
        };
    }
}
