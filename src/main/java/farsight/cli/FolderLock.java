package farsight.cli;

import farsight.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps a folder to one sweep: a locked file, which the system lets go when the process ends, however it does. */
final class FolderLock implements AutoCloseable {

    static final String NAME = "sweep.lock";

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks a folder.
     *
     * @throws DataException when another sweep has it, or no file can be locked there
     */
    static FolderLock of(Path folder) {
        Path file = folder.resolve(NAME);
        try {
            for (FolderLock lock = tried(folder, file); ; lock = tried(folder, file)) {
                if (lock != null) {
                    return lock;
                }
            }
        } catch (IOException e) {
            throw new DataException("cannot lock " + file + ": " + e.getMessage(), e);
        }
    }

    /** Null where the one before deleted the file between its opening and its locking. */
    private static @Nullable FolderLock tried(Path folder, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean kept = false;
        try {
            if (channel.tryLock() == null) {
                throw taken(folder);
            }
            // Whoever leaves deletes the file, so the one locked may no longer be the one that has the name.
            byte[] mine = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0).write(ByteBuffer.wrap(mine));
            kept = Files.exists(file) && Arrays.equals(mine, Files.readAllBytes(file));
            return kept ? new FolderLock(file, channel) : null;
        } catch (OverlappingFileLockException e) {
            throw taken(folder);
        } finally {
            if (!kept) {
                channel.close();
            }
        }
    }

    private static DataException taken(Path folder) {
        return new DataException(
                "another sweep writes to " + folder + " now; wait for its end, or name another folder with --output");
    }

    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // What stays is a file that nobody holds.
        }
    }
}
