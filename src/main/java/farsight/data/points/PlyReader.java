package farsight.data.points;

import farsight.data.DataException;
import farsight.data.Heap;
import farsight.data.Room;
import farsight.data.ScalarType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Point clouds in PLY files (Stanford polygon format 1.0): the element vertex. Earlier elements are skipped, later ones
 * ignored.
 */
final class PlyReader {
    private final Path path;
    private final MemorySegment file;
    private final TextCursor text;
    private final PlyHeader header;
    private final double[] row = new double[PointSlot.COUNT];
    private long position;

    private PlyReader(Path path, MemorySegment file) {
        this.path = path;
        this.file = file;
        text = new TextCursor(path, file);
        header = PlyHeader.read(path, text);
        position = text.position();
    }

    /**
     * Reads the points.
     *
     * @param room the memory they may take
     */
    static PointCloud read(Path path, MemorySegment file, Room room) {
        return new PlyReader(path, file).read(room);
    }

    private PointCloud read(Room room) {
        PlyHeader.Element vertex = header.vertex();
        PointLayout layout = PointLayout.of(
                path,
                vertex.properties().stream().map(PlyHeader.Property::field).toList());
        int points = PointCloudBuilder.checkCount(path, vertex.count());
        // Before any array is allocated: a header may claim more than the file holds. In text, a row has at least one
        // digit per property, with separators.
        long least = header.order().isPresent()
                ? vertex.leastBytes()
                : 2L * vertex.properties().size();
        checkAvailable(Math.multiplyExact(least, (long) points) - 1, vertex);
        String what = "reading the %d points of %s".formatted(points, path);
        return Heap.within(PointCloudBuilder.bytes(layout, points), room, what, () -> {
            PointCloudBuilder builder = new PointCloudBuilder(path, points, layout);
            for (PlyHeader.Element element : header.elements()) {
                if (element.isVertex()) {
                    readRows(element, builder);
                    break;
                }
                readRows(element, null);
            }
            if (header.elements().getLast().isVertex() && somethingFollows()) {
                builder.note(
                        "%s goes on after the %,d points of its header: the rest is left out".formatted(path, points));
            }
            return builder.build(points, 1);
        });
    }

    /** Whether anything but white space and zeros follows. */
    private boolean somethingFollows() {
        long from = header.order().isPresent() ? position : text.position();
        for (long i = from; i < file.byteSize(); i++) {
            byte b = file.get(ValueLayout.JAVA_BYTE, i);
            if (b != 0 && !Character.isWhitespace(b)) {
                return true;
            }
        }
        return false;
    }

    private void readRows(PlyHeader.Element element, @Nullable PointCloudBuilder builder) {
        // Otherwise an element without properties could claim rows for ever.
        if (element.properties().isEmpty()) {
            return;
        }
        for (long number = 1; number <= element.count(); number++) {
            if (header.order().isPresent()) {
                readBinaryRow(element, header.order().get());
            } else {
                readTextRow(element, number);
            }
            if (builder != null) {
                builder.add(row);
            }
        }
    }

    private void readBinaryRow(PlyHeader.Element element, ByteOrder order) {
        for (PlyHeader.Property property : element.properties()) {
            ScalarType type = property.field().type();
            long count = 1;
            if (property.listCount().isPresent()) {
                ScalarType countType = property.listCount().get();
                checkAvailable(countType.bytes(), element);
                count = (long) countType.read(file, position, order);
                position += countType.bytes();
                checkCount(element, property, count);
            }
            checkAvailable(count * type.bytes(), element);
            if (property.listCount().isEmpty()) {
                property.field().read(file, position, order, row);
            }
            position += count * type.bytes();
        }
    }

    private void readTextRow(PlyHeader.Element element, long number) {
        text.beginRow(element.name(), number, element.count());
        for (PlyHeader.Property property : element.properties()) {
            long count = 1;
            if (property.listCount().isPresent()) {
                count = (long) number(property);
                checkCount(element, property, count);
                for (long i = 0; i < count; i++) {
                    text.word();
                }
            } else {
                number(property);
            }
        }
        text.endRow();
    }

    // Also stores it in the row, where the property describes a point.
    private double number(PlyHeader.Property property) {
        String word = text.word();
        try {
            return property.field().parse(word, row);
        } catch (NumberFormatException e) {
            throw new DataException(
                    "%s: %s is not a number, expected a value of %s"
                            .formatted(
                                    text.where(),
                                    DataException.quote(word),
                                    DataException.quote(property.field().name())),
                    e);
        }
    }

    private void checkCount(PlyHeader.Element element, PlyHeader.Property property, long count) {
        if (count < 0) {
            throw new DataException("%s has a list %s of %d values in its element %s"
                    .formatted(
                            path,
                            DataException.quote(property.field().name()),
                            count,
                            DataException.quote(element.name())));
        }
    }

    private void checkAvailable(long bytes, PlyHeader.Element element) {
        if (bytes > file.byteSize() - position) {
            throw new DataException("%s is truncated: it ends before the %d rows of its element %s"
                    .formatted(path, element.count(), DataException.quote(element.name())));
        }
    }
}
