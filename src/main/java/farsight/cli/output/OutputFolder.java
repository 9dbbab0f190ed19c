package farsight.cli.output;

import farsight.data.DataException;
import farsight.data.OutputFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Checks an output folder before any work is done, so that a mistyped one costs no time. */
public final class OutputFolder {

    private OutputFolder() {}

    /**
     * Checks that the folder can be written to, or can be created, without creating it.
     *
     * @throws DataException when it, or its nearest existing parent, is not a folder or not writable
     */
    public static void check(Path output) {
        Path there = output.toAbsolutePath().normalize();
        while (there.getParent() != null && Files.notExists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            throw new DataException("cannot write to %s: %s is not a folder".formatted(output, there));
        }
        if (!Files.isWritable(there)) {
            throw new DataException("cannot write to %s: no permission to write into %s".formatted(output, there));
        }
    }

    /**
     * Creates the folder if it is missing, and locks it for one command.
     *
     * @param command that writes there
     * @throws DataException when it may not be written to, or another command is writing there
     * @throws farsight.data.OutputException when the disk is full or fails otherwise
     */
    public static FolderLock open(Path output, String command) {
        check(output);
        OutputFiles.directory(output);
        return FolderLock.of(output, command);
    }

    /**
     * Checks that the folder has no file that a command would replace or delete.
     *
     * @param written whether the command writes or deletes a file of that name
     * @throws DataException when there is such a file; the message names it
     */
    public static void checkFree(Path output, Predicate<String> written) {
        if (Files.notExists(output)) {
            return;
        }
        try (Stream<Path> there = Files.list(output)) {
            Optional<Path> taken = there.filter(file -> written.test(String.valueOf(file.getFileName())))
                    .sorted()
                    .findFirst();
            if (taken.isPresent()) {
                throw new DataException(taken.get() + " already exists; --overwrite replaces it");
            }
        } catch (IOException e) {
            throw new DataException("cannot read the folder " + output + ": permission denied", e);
        }
    }
}
