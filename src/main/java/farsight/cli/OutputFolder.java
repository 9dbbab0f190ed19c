package farsight.cli;

import farsight.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at an output folder before any work is done, so that a mistyped one costs no time. */
final class OutputFolder {

    private OutputFolder() {}

    /**
     * Checks that files can be written there, or that it can be made. Nothing is.
     *
     * @throws DataException when it, or what it would be made in, is no folder or not writable
     */
    static void check(Path output) {
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
}
