package farsight.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Output files that belong together. All are written under temporary names before the first takes its own. If one
 * cannot be written, none appears, and existing files stay as they were.
 */
public final class OutputBatch implements AutoCloseable {

    private final List<TemporaryFile> files = new ArrayList<>();

    /** An empty batch. */
    public OutputBatch() {}

    /**
     * Writes a file's content; {@link #commit} gives it its name and then replaces an existing file. A symbolic link is
     * followed. An existing device or pipe, such as {@code /dev/stdout}, is written to at once.
     *
     * @param target the file; its folder must exist (see {@link OutputFiles#directory})
     * @param body writes the content to a buffered stream, and need not close it
     * @throws DataException in one line where the folder is missing or not writable, the target is a folder, or
     *     {@code body} throws an {@link IOException}; other exceptions of {@code body} pass through
     * @throws OutputException in one line where the disk is full, or fails otherwise
     */
    public void add(Path target, OutputFiles.IoConsumer<? super OutputStream> body) {
        if (Files.isDirectory(target)) {
            throw new DataException("cannot write " + target + ": it is a folder, expected a file name");
        }
        try {
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                // Moving a file over a device would destroy it.
                try (OutputStream out =
                        new BufferedOutputStream(new DiskStream(Files.newOutputStream(target)), 1 << 16)) {
                    body.accept(out);
                }
                return;
            }
            Path file = Files.isSymbolicLink(target) ? followed(target) : target.toAbsolutePath();
            checkFolder(file, target);
            TemporaryFile.clear(file);
            TemporaryFile temporary = TemporaryFile.beside(file);
            files.add(temporary);
            temporary.fill(body);
        } catch (UncheckedIOException e) {
            throw failure(target, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw failure(target, e);
        }
    }

    /** The exception for a failure of the file, or of the data's source. */
    private static RuntimeException failure(Path target, IOException e) {
        return e instanceof DiskStream.Failure || e instanceof FileSystemException
                ? OutputFiles.failure(target, e)
                : new DataException("cannot write " + target + ": " + InputFiles.reason(e), e);
    }

    /**
     * Gives every file its name, in the order in which they were added.
     *
     * @throws DataException or OutputException in one line where a file cannot take its name; files that took theirs
     *     and replaced none are deleted
     */
    public void commit() {
        List<Path> made = new ArrayList<>();
        for (TemporaryFile temporary : files) {
            boolean replaces = Files.exists(temporary.file());
            try {
                temporary.moveIntoPlace();
            } catch (IOException e) {
                made.forEach(OutputBatch::delete);
                throw OutputFiles.failure(temporary.file(), e);
            }
            if (!replaces) {
                made.add(temporary.file());
            }
        }
        close();
    }

    /** Deletes the files that have no name yet. */
    @Override
    public void close() {
        files.forEach(TemporaryFile::close);
        files.clear();
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The failure that led here is the one worth reporting.
        }
    }

    private static void checkFolder(Path file, Path target) {
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
    }

    // A dangling link has no real path: its target is created then.
    private static Path followed(Path link) throws IOException {
        if (Files.exists(link)) {
            return link.toRealPath();
        }
        return link.toAbsolutePath()
                .resolveSibling(Files.readSymbolicLink(link))
                .normalize();
    }
}
