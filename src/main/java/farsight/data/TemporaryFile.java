package farsight.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file in the making, under a name of its own beside the one that it will have: {@code .NAME.HEX.part}. It is locked as
 * long as it is made, and the system lets the lock go when the process ends, however it does: one that is not locked was left
 * behind, and whoever next writes a file of that name deletes it.
 */
final class TemporaryFile implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("\\.(.+)\\.[0-9a-f]{16}\\.part", Pattern.DOTALL);

    /** Most file systems allow 255 bytes a name; a long one must leave room for what is added. */
    private static final int MOST_CHARACTERS = 40;

    /** Those of this process by their names, deleted also when the user interrupts it: a {@code finally} does not run then. */
    private static final Map<String, Path> MINE = new ConcurrentHashMap<>();

    static {
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> MINE.values().forEach(TemporaryFile::deleteQuietly), "farsight-leftovers"));
    }

    private final Path file;
    private final Path path;
    private final FileChannel channel;

    private TemporaryFile(Path file, Path path, FileChannel channel) {
        this.file = file;
        this.path = path;
        this.channel = channel;
    }

    /** An empty one beside {@code file}, which has an absolute path. */
    static TemporaryFile beside(Path file) throws IOException {
        while (true) {
            // Not Files.createTempFile: that makes files only their owner can read.
            Path path = file.resolveSibling(".%s.%016x.part"
                    .formatted(shortName(file), ThreadLocalRandom.current().nextLong()));
            MINE.put(nameOf(path), path);
            boolean made = false;
            try {
                FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                TemporaryFile temporary = new TemporaryFile(file, path, channel);
                temporary.lock();
                made = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
                if (made) {
                    return temporary;
                }
                // Another process found it before it was locked, and took it for one left behind.
                channel.close();
            } finally {
                if (!made) {
                    deleteQuietly(path);
                    MINE.remove(nameOf(path));
                }
            }
        }
    }

    /** Waits for a process that looks whether it was left behind. Held until the file is closed. */
    private void lock() {
        try {
            FileLock _ = channel.lock();
        } catch (IOException e) {
            // A file system without locks: there nobody can lock it to delete it, either.
        }
    }

    /** Its content; on return it is on disk. */
    void fill(OutputFiles.IoConsumer<? super OutputStream> body) throws IOException {
        // Closed by close() alone, which lets the lock go.
        OutputStream out = new BufferedOutputStream(new DiskStream(Channels.newOutputStream(channel)), 1 << 16);
        body.accept(out);
        // A body that closes the stream has flushed it; then there is nothing left to force.
        if (channel.isOpen()) {
            out.flush();
            try {
                // Else a power cut after the move could leave the new name on an empty file.
                channel.force(true);
            } catch (IOException e) {
                throw new DiskStream.Failure(e);
            }
        }
    }

    /** Gives it the name that it is for. */
    void moveIntoPlace() throws IOException {
        try {
            Files.move(path, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(path, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The file that it becomes. */
    Path file() {
        return file;
    }

    /** Deletes it, unless it has been moved. */
    @Override
    public void close() {
        deleteQuietly(path);
        MINE.remove(nameOf(path));
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing of it is needed any more, or all of it is on disk.
        }
    }

    /** Deletes what killed processes left in the making of one file. */
    static void clear(Path file) {
        clear(file.resolveSibling(""), shortName(file));
    }

    /** Deletes what killed processes left in a folder, whatever it was to become. */
    static void clearAll(Path folder) {
        clear(folder, "");
    }

    private static void clear(Path folder, String name) {
        DirectoryStream.Filter<Path> left = path -> {
            Matcher named = NAME.matcher(nameOf(path));
            return named.matches()
                    && (name.isEmpty() || named.group(1).equals(name))
                    && !MINE.containsKey(nameOf(path))
                    && Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
        };
        try (DirectoryStream<Path> there = Files.newDirectoryStream(folder, left)) {
            there.forEach(TemporaryFile::deleteIfLeft);
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // A folder that cannot be listed can still be written to, which tells what is wrong if anything is.
        }
    }

    private static void deleteIfLeft(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.tryLock() != null) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | java.nio.channels.OverlappingFileLockException e) {
            // Another user's, or nobody can lock it there: it stays.
        }
    }

    private static String shortName(Path file) {
        String name = nameOf(file);
        return name.length() <= MOST_CHARACTERS ? name : name.substring(0, MOST_CHARACTERS);
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The failure that led here is the one worth reporting.
        }
    }
}
