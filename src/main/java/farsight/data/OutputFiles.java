package farsight.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Writing output files so that none is ever left half-written: the bytes go to a temporary file in
 * the same folder, which takes the target's name once they are all on disk. On any failure the
 * temporary file is deleted and what stood under the target's name before stands there still.
 */
public final class OutputFiles {
    private static final int BUFFER = 1 << 16;

    private OutputFiles() {}

    /**
     * A step that writes and may fail to.
     *
     * @param <T> what it writes to
     */
    @FunctionalInterface
    public interface IoConsumer<T> {
        /** Writes to {@code target}, which the caller closes. */
        void accept(T target) throws IOException;
    }

    /**
     * Writes a file whole or not at all. An existing file is replaced; a symbolic link is followed; an
     * existing device or pipe, such as {@code /dev/stdout}, is written to as it is.
     *
     * @param target the file; its folder must exist (see {@link #directory})
     * @param body writes the content to a buffered stream, and need not close it
     * @throws DataException in one line where the folder is missing or cannot be written to, the
     *     target is a folder, the disk is full, or {@code body} throws an {@link IOException}; what
     *     else {@code body} throws goes through
     */
    public static void write(Path target, IoConsumer<? super OutputStream> body) {
        if (Files.isDirectory(target)) {
            throw new DataException("cannot write " + target + ": it is a folder, expected a file name");
        }
        try {
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                // Moving a file over a device would destroy it.
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), BUFFER)) {
                    body.accept(out);
                }
                return;
            }
            Path file = Files.isSymbolicLink(target) ? followed(target) : target.toAbsolutePath();
            Path folder = folderOf(file, target);
            Path temporary = folder.resolve(temporaryName(file));
            Leftovers.expect(temporary);
            try {
                fill(temporary, body);
                moveInto(temporary, file);
            } finally {
                // After the move nothing is there any more.
                Leftovers.delete(temporary);
            }
        } catch (UncheckedIOException e) {
            throw failure(target, e.getCause());
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /**
     * Makes an output folder, with those above it, and checks that files can be made in it.
     *
     * @return the folder
     * @throws DataException in one line where the path is a file, or the folder cannot be made or
     *     written to
     */
    public static Path directory(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new DataException("cannot write into " + folder + ": it is a file, expected a folder for the output");
        }
        try {
            Files.createDirectories(folder);
            // Permission bits say yes to root and on read-only mounts; only making a file is proof.
            Path probe = folder.resolve(temporaryName(folder.resolve("probe")));
            Files.createFile(probe);
            Files.delete(probe);
            return folder;
        } catch (FileAlreadyExistsException e) {
            throw new DataException(
                    "cannot make the folder %s: %s is a file, expected a folder".formatted(folder, e.getFile()), e);
        } catch (IOException e) {
            throw new DataException("cannot write into the folder " + folder + ": " + reason(e), e);
        }
    }

    private static void fill(Path temporary, IoConsumer<? super OutputStream> body) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER)) {
            body.accept(out);
            // A body that closes the stream has flushed it; then there is nothing left to force.
            if (channel.isOpen()) {
                out.flush();
                // Else a power cut after the move could leave the new name on an empty file.
                channel.force(true);
            }
        }
    }

    private static void moveInto(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Path folderOf(Path file, Path target) {
        Path folder = file.getParent();
        if (folder == null) {
            throw new DataException("cannot write " + target + ": expected the name of a file");
        }
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new DataException("cannot write " + target + ": " + folder + " is not a folder");
        }
        if (Files.notExists(folder)) {
            throw new DataException("cannot write %s: the folder %s does not exist".formatted(target, folder));
        }
        return folder;
    }

    // A dangling link has no real path: what it names is made then.
    private static Path followed(Path link) throws IOException {
        if (Files.exists(link)) {
            return link.toRealPath();
        }
        return link.toAbsolutePath()
                .resolveSibling(Files.readSymbolicLink(link))
                .normalize();
    }

    // Not Files.createTempFile: that makes files only their owner can read.
    private static String temporaryName(Path file) {
        long random = ThreadLocalRandom.current().nextLong();
        return ".%s.%016x.part".formatted(shortName(file), random);
    }

    // Most file systems allow 255 bytes a name; a long one must leave room for what is added.
    private static String shortName(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.length() <= 40 ? name : name.substring(0, 40);
    }

    private static DataException failure(Path target, @Nullable IOException e) {
        if (e == null) {
            return new DataException("cannot write " + target);
        }
        return new DataException("cannot write " + target + ": " + reason(e), e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "there is no such folder, and none can be made";
        }
        // A file-system exception's message repeats the temporary name, which means nothing to a user.
        if (e instanceof FileSystemException f) {
            String reason = f.getReason();
            return reason == null ? "the file system refuses it" : reason;
        }
        return InputFiles.reason(e);
    }

    /**
     * Temporary files in the making, deleted also when the user interrupts the program: a {@code
     * finally} does not run then.
     */
    private static final class Leftovers {
        private static final Set<Path> FILES = ConcurrentHashMap.newKeySet();

        static {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> FILES.forEach(Leftovers::deleteQuietly), "farsight-leftovers"));
        }

        private Leftovers() {}

        static void expect(Path file) {
            FILES.add(file);
        }

        static void delete(Path file) {
            deleteQuietly(file);
            FILES.remove(file);
        }

        private static void deleteQuietly(Path file) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // The failure that led here is the one worth reporting.
            }
        }
    }
}
