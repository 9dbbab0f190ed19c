package farsight.data;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes output files so that none is ever left half-written. The bytes go to a temporary file in the same folder,
 * which takes the target's name once they are all on disk. On any failure the temporary file is deleted and an existing
 * target stays as it was. A killed process leaves its temporary file; it is deleted when that file is next written, or
 * its folder next used.
 */
public final class OutputFiles {

    /** The system's reasons that blame the path, such as a name that is too long. */
    private static final Set<String> OF_THE_PATH = Set.of(
            "File name too long",
            "Too many levels of symbolic links",
            "Not a directory",
            "Is a directory",
            "Invalid argument",
            "Operation not permitted");

    private OutputFiles() {}

    /**
     * A writing step that may fail.
     *
     * @param <T> what it writes to
     */
    @FunctionalInterface
    public interface IoConsumer<T> {
        /** Writes to {@code target}, which the caller closes. */
        void accept(T target) throws IOException;
    }

    /**
     * Writes a file whole or not at all: an {@link OutputBatch} of one.
     *
     * @param target the file; its folder must exist (see {@link #directory})
     * @param body writes the content to a buffered stream, and need not close it
     * @throws DataException as {@link OutputBatch#add}
     * @throws OutputException as {@link OutputBatch#add}
     */
    public static void write(Path target, IoConsumer<? super OutputStream> body) {
        try (OutputBatch batch = new OutputBatch()) {
            batch.add(target, body);
            batch.commit();
        }
    }

    /**
     * Makes an output folder and its parents, checks that files can be made in it, and deletes unfinished files of
     * killed processes there.
     *
     * @return the folder
     * @throws DataException in one line where the path is a file, or the folder cannot be made or written to
     * @throws OutputException in one line where the disk is full, or read-only
     */
    public static Path directory(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new DataException("cannot write into " + folder + ": it is a file, expected a folder for the output");
        }
        if (Files.isSymbolicLink(folder) && Files.notExists(folder)) {
            throw new DataException("cannot write into " + folder + ": it is a link to a place that does not exist");
        }
        try {
            Files.createDirectories(folder);
            // Permission bits allow root everything and ignore read-only mounts; only making a file is proof.
            try (TemporaryFile probe =
                    TemporaryFile.beside(folder.toAbsolutePath().resolve("probe"))) {
                TemporaryFile.clearAll(probe.file().resolveSibling(""));
            }
            return folder;
        } catch (FileAlreadyExistsException e) {
            throw new DataException(
                    "cannot make the folder %s: %s is a file, expected a folder".formatted(folder, e.getFile()), e);
        } catch (IOException e) {
            throw failure("cannot write into the folder " + folder, e);
        }
    }

    /**
     * The exception for a failure to write, move or delete a file: a {@link DataException} where its path is to blame,
     * such as missing permission, else an {@link OutputException}.
     */
    public static RuntimeException failure(Path target, IOException e) {
        return failure("cannot write " + target, e);
    }

    /** As above, with other words for the action. */
    public static RuntimeException failure(String what, IOException e) {
        String message = what + ": " + reason(e);
        return ofThePath(e) ? new DataException(message, e) : new OutputException(message, e);
    }

    private static boolean ofThePath(IOException e) {
        return switch (e) {
            case AccessDeniedException _,
                    NoSuchFileException _,
                    FileAlreadyExistsException _,
                    DirectoryNotEmptyException _,
                    NotDirectoryException _,
                    FileSystemLoopException _ -> true;
            case FileSystemException f -> OF_THE_PATH.contains(String.valueOf(f.getReason()));
            default -> false;
        };
    }

    /** Whether the reader of a pipe has gone; it may have read all it wanted. */
    public static boolean brokenPipe(@Nullable Throwable e) {
        return e != null && ("Broken pipe".equals(e.getMessage()) || brokenPipe(e.getCause()));
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "there is no such folder, and none can be made";
        }
        // A file-system exception's message repeats the temporary name, which tells a user nothing.
        if (e instanceof FileSystemException f) {
            String reason = f.getReason();
            return reason == null ? "the file system refuses it" : reason;
        }
        return InputFiles.reason(e);
    }
}
