package farsight.data.points;

import farsight.data.DataException;
import farsight.data.InputFiles;
import farsight.data.NoRoomException;
import farsight.data.Room;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Point-cloud files. */
public final class PointClouds {
    private static final String EXPECTED = "a point cloud (PCD or PLY)";

    private PointClouds() {}

    /**
     * Reads a point cloud: PCD up to version 0.7 (ascii, binary, binary_compressed) or PLY 1.0 (ascii, binary of either
     * byte order), told apart by their first bytes.
     *
     * <p>It takes positions (x, y, z), colours, normals (normal_x … or nx …) and label, and skips other fields. Colours
     * are rgb or rgba packed into four bytes, or red, green and blue as 0 … 1, 0 … 255 or 0 … 65535, told apart by
     * their type and values. Points without a finite position are left out and counted. A missing colour or normal
     * (NaN) is 0. {@link PointCloud#notes} lists all that was read otherwise than the file declares.
     *
     * @throws DataException in one line where the file is missing, a folder, unreadable, not a point cloud, truncated,
     *     without points or positions, or has a header that contradicts itself or the file's size
     */
    public static PointCloud read(Path path) {
        return read(path, Room.OF_HEAP);
    }

    /**
     * Reads a point cloud within a limit of memory.
     *
     * @param room limit for the cloud, its features and what reading holds
     * @throws NoRoomException where it needs more; nothing was allocated then
     * @throws DataException as {@link #read(Path)} does
     */
    public static PointCloud read(Path path, Room room) {
        try (Arena arena = Arena.ofConfined()) {
            return read(path, InputFiles.map(path, EXPECTED, arena), room);
        }
    }

    /**
     * Reads a point cloud from a file's bytes.
     *
     * @param path the file, for messages
     */
    static PointCloud read(Path path, MemorySegment file) {
        return read(path, file, Room.OF_HEAP);
    }

    private static PointCloud read(Path path, MemorySegment file, Room room) {
        String start = start(file);
        if (start.startsWith("ply\n") || start.startsWith("ply\r\n")) {
            return PlyReader.read(path, file, room);
        }
        if (isPcd(start.toUpperCase(Locale.ROOT))) {
            return PcdReader.read(path, file, room);
        }
        throw new DataException(
                path + " is not a point cloud: expected PCD, with VERSION 0.7, or PLY, with ply in its first line");
    }

    private static boolean isPcd(String start) {
        return Stream.of("#", "VERSION", "FIELDS", "COLUMNS").anyMatch(start.stripLeading()::startsWith);
    }

    private static String start(MemorySegment file) {
        MemorySegment start = file.asSlice(0, Math.min(16, file.byteSize()));
        return new String(start.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }
}
