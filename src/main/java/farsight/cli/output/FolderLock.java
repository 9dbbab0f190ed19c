package farsight.cli.output;

import farsight.data.DataException;
import farsight.data.OutputFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reserves a folder for one command that writes there, by a locked file. The system releases the lock when the process
 * ends, however it ends.
 *
 * <p>A POSIX lock belongs to a process and a file: when the process closes any channel to that file, its lock is gone.
 * So this process opens the file once while it is locked, and reads its content through the locked channel. A holder
 * that leaves writes {@link #LEFT} into the file before deleting it. A process that opened the file before and locks it
 * after then knows that it holds a deleted file.
 */
public final class FolderLock implements AutoCloseable {

    public static final String NAME = "farsight.lock";

    /** Prefix of a lock's content, which distinguishes it from a user's file. */
    private static final String OURS = "farsight lock: ";

    private static final String LEFT = OURS + "left";

    private static final Pattern HOLDER = Pattern.compile(OURS + "(process \\d{1,19} \\([a-z]{1,20}\\))");

    private static final int MOST_BYTES = 200;

    /** A file found left this often was never deleted: its holder ended before that. So it is taken over. */
    private static final int ATTEMPTS = 20;

    private static final int PAUSE_MILLIS = 5;

    /** The command of each folder that this process has locked, by real path. */
    private static final Map<Path, String> MINE = new ConcurrentHashMap<>();

    private final Path folder;
    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path folder, Path file, FileChannel channel) {
        this.folder = folder;
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks a folder.
     *
     * @param command that writes there, for the message to a second command
     * @throws DataException when another command holds the folder, a foreign file has the lock's name, or the file
     *     system cannot lock files
     * @throws farsight.data.OutputException when the disk is full or fails otherwise
     */
    public static FolderLock of(Path folder, String command) {
        Path real;
        try {
            real = folder.toRealPath();
        } catch (IOException e) {
            throw OutputFiles.failure("cannot write into the folder " + folder, e);
        }
        String other = MINE.putIfAbsent(real, command);
        if (other != null) {
            throw taken(folder, holder(other));
        }
        FolderLock lock = null;
        try {
            lock = locked(folder, real, command);
            return lock;
        } finally {
            if (lock == null) {
                MINE.remove(real);
            }
        }
    }

    private static FolderLock locked(Path folder, Path real, String command) {
        Path file = real.resolve(NAME);
        try {
            for (int attempt = 1; ; attempt++) {
                FileChannel channel = tried(folder, file, attempt == ATTEMPTS);
                if (channel != null) {
                    return written(real, file, channel, command);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (IOException e) {
            throw OutputFiles.failure("cannot lock " + folder + " by the file " + file, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + folder + " was locked", e);
        }
    }

    /** The file's locked channel; null if its previous holder left it. */
    private static @Nullable FileChannel tried(Path folder, Path file, boolean takeLeft) throws IOException {
        if (!isFileOrNothing(file)) {
            throw foreign(file);
        }
        FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        boolean kept = false;
        try {
            boolean locked = lock(file, channel);
            String content = read(channel);
            if (!content.isEmpty() && !content.startsWith(OURS)) {
                throw foreign(file);
            }
            if (!locked) {
                var holder = HOLDER.matcher(content);
                throw taken(folder, holder.lookingAt() ? holder.group(1) : "another command");
            }
            kept = takeLeft || !content.startsWith(LEFT);
            return kept ? channel : null;
        } finally {
            if (!kept) {
                channel.close();
            }
        }
    }

    private static boolean isFileOrNothing(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile();
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private static boolean lock(Path file, FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            if (channel.size() == 0) {
                Files.deleteIfExists(file);
            }
            throw new DataException(
                    "cannot lock %s: %s; expected a folder on a file system that can lock files"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    private static FolderLock written(Path folder, Path file, FileChannel channel, String command) throws IOException {
        try {
            write(channel, OURS + holder(command));
            return new FolderLock(folder, file, channel);
        } catch (IOException e) {
            try (channel) {
                Files.deleteIfExists(file);
            }
            throw e;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
            // Reads to the end.
        }
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    private static void write(FileChannel channel, String content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((content + "\n").getBytes(StandardCharsets.UTF_8));
        // Overwrites before truncating, so the file holds a valid lock at all times.
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
        channel.truncate(bytes.limit());
    }

    private static String holder(String command) {
        return "process " + ProcessHandle.current().pid() + " (" + command + ")";
    }

    private static DataException taken(Path folder, String holder) {
        return new DataException("%s is writing to %s; wait until it ends, or name another folder with --output"
                .formatted(holder, folder));
    }

    private static DataException foreign(Path file) {
        return new DataException(
                "cannot lock the folder: %s exists and is not a lock of farsight; move it away, or name another"
                                .formatted(file)
                        + " folder");
    }

    @Override
    public void close() {
        try (channel) {
            write(channel, LEFT);
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The file stays, but nobody holds it.
        } finally {
            MINE.remove(folder);
        }
    }
}
