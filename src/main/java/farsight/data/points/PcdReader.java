package farsight.data.points;

import farsight.data.DataException;
import farsight.data.Heap;
import farsight.data.Room;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Point clouds in PCD files (Point Cloud Library, version 0.7). */
final class PcdReader {
    /** The largest page of the processors that PCL runs on. */
    private static final long LARGEST_PAGE = 1 << 16;

    private final Path path;
    private final MemorySegment file;
    private final TextCursor text;
    private final PcdHeader header;

    private PcdReader(Path path, MemorySegment file) {
        this.path = path;
        this.file = file;
        text = new TextCursor(path, file);
        header = PcdHeader.read(path, text);
    }

    /**
     * Reads the points.
     *
     * @param room the memory they may take
     */
    static PointCloud read(Path path, MemorySegment file, Room room) {
        return new PcdReader(path, file).read(room);
    }

    private PointCloud read(Room room) {
        PointLayout layout = PointLayout.of(path, header.fields());
        long size = forAllPoints(header.stride());
        long available = file.byteSize() - header.dataAt();
        // Before any array is allocated: a header may claim more than the file holds.
        switch (header.encoding()) {
            // A digit and a separator per number; the last separator may be missing.
            case ASCII -> checkAvailable(forAllPoints(2 * header.numbers()) - 1, available);
            case BINARY -> checkExact(size, available);
            case BINARY_COMPRESSED -> checkPacked(size, available);
        }
        boolean packed = header.encoding() == PcdHeader.Encoding.BINARY_COMPRESSED;
        long bytes = PointCloudBuilder.bytes(layout, header.points()) + (packed ? size + word(0) : 0);
        return Heap.within(bytes, room, "reading the %d points of %s".formatted(header.points(), path), () -> {
            PointCloudBuilder builder = new PointCloudBuilder(path, header.points(), layout);
            switch (header.encoding()) {
                case ASCII -> readText(builder);
                case BINARY -> readPoints(builder, file.asSlice(header.dataAt()), false);
                case BINARY_COMPRESSED -> readPoints(builder, MemorySegment.ofArray(unpack((int) size)), true);
            }
            return builder.build(header.width(), header.height());
        });
    }

    private long forAllPoints(long bytes) {
        try {
            return Math.multiplyExact(bytes, (long) header.points());
        } catch (ArithmeticException e) {
            throw new DataException("%s claims %d points of %d bytes each".formatted(path, header.points(), bytes), e);
        }
    }

    private void readText(PointCloudBuilder builder) {
        double[] row = new double[PointSlot.COUNT];
        for (int point = 0; point < header.points(); point++) {
            text.beginRow("point", point + 1L, header.points());
            for (PcdHeader.Column column : header.columns()) {
                for (int i = 0; i < column.count(); i++) {
                    parse(column.field(), text.word(), row);
                }
            }
            text.endRow();
            builder.add(row);
        }
        if (!text.onlyBlanksLeft()) {
            throw new DataException(
                    "%s is too long: something follows the %d points it claims".formatted(path, header.points()));
        }
    }

    private void parse(PointField field, String word, double[] row) {
        try {
            field.parse(word, row);
        } catch (NumberFormatException e) {
            throw new DataException(
                    "%s: %s is not a number, expected a value of the field %s"
                            .formatted(text.where(), DataException.quote(word), DataException.quote(field.name())),
                    e);
        }
    }

    /**
     * Reads binary points.
     *
     * @param planar whether each field's values are adjacent, as in compressed files; else each point's are
     */
    private void readPoints(PointCloudBuilder builder, MemorySegment data, boolean planar) {
        double[] row = new double[PointSlot.COUNT];
        for (int point = 0; point < header.points(); point++) {
            long at = planar ? 0 : point * header.stride();
            for (PcdHeader.Column column : header.columns()) {
                long own = planar ? point * column.bytes() : 0;
                column.field().read(data, at + own, ByteOrder.LITTLE_ENDIAN, row);
                at += planar ? column.bytes() * header.points() : column.bytes();
            }
            builder.add(row);
        }
    }

    // Compressed data begins with its size and its unpacked size.
    private byte[] unpack(int size) {
        byte[] out = new byte[size];
        byte[] in = file.asSlice(header.dataAt() + 2L * Integer.BYTES, word(0)).toArray(ValueLayout.JAVA_BYTE);
        Lzf.unpack(path, in, out);
        return out;
    }

    private void checkPacked(long size, long available) {
        checkAvailable(2L * Integer.BYTES, available);
        checkAvailable(2L * Integer.BYTES + word(0), available);
        if (word(1) != size) {
            throw new DataException("%s claims that its points unpack to %d bytes, its header describes %d"
                    .formatted(path, word(1), size));
        }
        if (size > Integer.MAX_VALUE - 8) {
            throw new DataException(
                    "%s unpacks to %d bytes, expected less than 2^31: save it as binary instead".formatted(path, size));
        }
        if (size > word(0) * Lzf.MAX_RATIO) {
            throw new DataException(
                    "%s claims to unpack %d bytes to %d, more than the compression can".formatted(path, word(0), size));
        }
    }

    private long word(int index) {
        ValueLayout.OfInt layout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        return Integer.toUnsignedLong(file.get(layout, header.dataAt() + (long) index * Integer.BYTES));
    }

    private void checkAvailable(long needed, long available) {
        if (needed > available) {
            throw new DataException(
                    "%s is truncated: its header describes at least %d bytes of points, the file holds %d"
                            .formatted(path, needed, available));
        }
    }

    // Some writers pad with less than one point, or with zeros of less than a page: PCL maps its files by the page and
    // leaves the rest of the last page (PointCloudLibrary/pcl, io/src/pcd_io.cpp). Anything more would be points that
    // the header does not count.
    private void checkExact(long needed, long available) {
        checkAvailable(needed, available);
        long rest = available - needed;
        if (rest >= header.stride() && (rest > LARGEST_PAGE || !isZero(file.byteSize() - rest))) {
            throw new DataException("%s is too long: its header describes %d bytes of points, the file holds %d"
                    .formatted(path, needed, available));
        }
    }

    private boolean isZero(long from) {
        for (long at = from; at < file.byteSize(); at++) {
            if (file.get(ValueLayout.JAVA_BYTE, at) != 0) {
                return false;
            }
        }
        return true;
    }
}
