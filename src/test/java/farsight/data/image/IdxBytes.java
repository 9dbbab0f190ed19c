package farsight.data.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPOutputStream;

/** Writes arrays of unsigned bytes as IDX, for tests to read. */
public final class IdxBytes {
    private IdxBytes() {}

    /** A whole file: header and values. */
    public static byte[] of(byte[] values, int... extents) {
        ByteBuffer out = ByteBuffer.allocate(4 + 4 * extents.length + values.length);
        out.put(new byte[] {0, 0, 8, (byte) extents.length});
        for (int extent : extents) {
            out.putInt(extent);
        }
        return out.put(values).array();
    }

    /** The same compressed by gzip. */
    public static byte[] packed(byte... file) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
