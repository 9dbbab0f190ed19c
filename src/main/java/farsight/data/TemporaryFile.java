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
 * An unfinished file beside the file that it will become, named {@code .NAME.HEX.part}. It is locked while it is
 * written; the system releases the lock when the process ends in any way. An unlocked one was left behind, and the next
 * writer of that file deletes it.
 */
final class TemporaryFile implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("\\.(.+)\\.[0-9a-f]{16}\\.part", Pattern.DOTALL);

    /** Most file systems allow 255 bytes per name; a long name must leave room for the additions. */
    private static final int MOST_CHARACTERS = 40;

    /**
     * This process's files by name. They are also deleted when the user interrupts it, because no {@code finally} runs
     * then.
     */
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

    /** A new empty one beside {@code file}, which has an absolute path. */
    static TemporaryFile beside(Path file) throws IOException {
        while (true) {
            // Not Files.createTempFile: its files are readable only by their owner.
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
                // Another process saw it before it was locked, and took it for one left behind.
                channel.close();
            } finally {
                if (!made) {
                    deleteQuietly(path);
                    MINE.remove(nameOf(path));
                }
            }
        }
    }

    /** Locks the file until it is closed. Waits for a process that is checking whether it was left behind. */
    private void lock() {
        try {
            FileLock _ = channel.lock();
        } catch (IOException e) {
            // A file system without locks: no other process can lock it to delete it, either.
        }
    }

    /** Writes its content; on return it is on disk. */
    void fill(OutputFiles.IoConsumer<? super OutputStream> body) throws IOException {
        // Only close() closes it, which releases the lock.
        OutputStream out = new BufferedOutputStream(new DiskStream(Channels.newOutputStream(channel)), 1 << 16);
        body.accept(out);
        // A body that closes the stream has flushed it; nothing is left to force.
        if (channel.isOpen()) {
            out.flush();
            try {
                // Otherwise a power cut after the move could leave the new name on an empty file.
                channel.force(true);
            } catch (IOException e) {
                throw new DiskStream.Failure(e);
            }
        }
    }

    /** Moves it to its final name. */
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

    /** Deletes files that killed processes left while writing one file. */
    static void clear(Path file) {
        clear(file.resolveSibling(""), shortName(file));
    }

    /** Deletes files that killed processes left in a folder. */
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
            // A folder that cannot be listed may still be writable; writing reports any fault.
        }
    }

    private static void deleteIfLeft(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.tryLock() != null) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | java.nio.channels.OverlappingFileLockException e) {
            // It belongs to another user, or the file system has no locks: it stays.
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
