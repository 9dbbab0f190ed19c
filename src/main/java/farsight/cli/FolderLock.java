package farsight.cli;

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
 * Keeps a folder to one command that writes there: a locked file, which the system lets go when the process ends, however it
 * does.
 *
 * <p>The locks of POSIX belong to a process and a file: when the process closes any channel to that file its lock is gone.
 * So the file is opened once, nothing in this process opens it again while it is locked, and all that is to be known of it
 * is read through the channel that is locked. Whoever leaves writes that into it before deleting it, so that a process which
 * opened it before and locks it after knows that it holds a file without a name.
 */
final class FolderLock implements AutoCloseable {

    static final String NAME = "farsight.lock";

    /** How the content of a lock begins, to be told from files of somebody's own. */
    private static final String OURS = "farsight lock: ";

    private static final String LEFT = OURS + "left";

    private static final Pattern HOLDER = Pattern.compile(OURS + "(process \\d{1,19} \\([a-z]{1,20}\\))");

    private static final int MOST_BYTES = 200;

    /** A file that was left this often is the one that has the name: whoever left it ended before deleting it. */
    private static final int ATTEMPTS = 20;

    private static final int PAUSE_MILLIS = 5;

    /** Folders that this process has locked, by their real paths, and for which command. */
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
     * @param command that writes there, for those who come while it does
     * @throws DataException when another command has it, something else is called as the lock is, or nothing can be locked
     *     there
     * @throws farsight.data.OutputException where the disk is full, or fails otherwise
     */
    static FolderLock of(Path folder, String command) {
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

    /** The channel of the file, locked; null where the one before left it. */
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
            // On to the end.
        }
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }

    private static void write(FileChannel channel, String content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((content + "\n").getBytes(StandardCharsets.UTF_8));
        // First the new, then the end of the old: at no time is it anything else than a lock.
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
        channel.truncate(bytes.limit());
    }

    private static String holder(String command) {
        return "process " + ProcessHandle.current().pid() + " (" + command + ")";
    }

    private static DataException taken(Path folder, String holder) {
        return new DataException("%s writes to %s now; wait for its end, or name another folder with --output"
                .formatted(holder, folder));
    }

    private static DataException foreign(Path file) {
        return new DataException(
                "cannot lock the folder: %s is there, and is no lock of farsight; expected another folder, or"
                                .formatted(file)
                        + " that it is moved away");
    }

    @Override
    public void close() {
        try (channel) {
            write(channel, LEFT);
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // What stays is a file that nobody holds.
        } finally {
            MINE.remove(folder);
        }
    }
}
