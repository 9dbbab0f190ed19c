package farsight.cli;

import farsight.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Looks at an output path before any work is done, so that a mistyped one costs no time. */
final class OutputFile {

    private static final String IMAGE = ".*\\.(png|jpe?g|gif|bmp|tiff?)";

    /** Of a file's name, on every file system in use. */
    private static final int MOST_BYTES = 255;

    private OutputFile() {}

    /**
     * Checks that a file can be written there.
     *
     * @param inputs files that it must not replace; null ones are passed over
     * @throws DataException when it is a folder or called as an image is, its name is too long, its folder is missing or not writable, or it is an input
     */
    static void check(Path output, @Nullable Path... inputs) {
        if (Files.isDirectory(output)) {
            throw new DataException("cannot write " + output + ": it is a folder, expected a file name");
        }
        if (output.toString().toLowerCase(Locale.ROOT).matches(IMAGE)) {
            throw new DataException("cannot write %s: what is written is safetensors, and that is the name of an image"
                    .formatted(output));
        }
        if (String.valueOf(output.getFileName()).getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new DataException("cannot write %s: its name has more than %d bytes".formatted(output, MOST_BYTES));
        }
        Path folder = output.toAbsolutePath().getParent();
        if (folder == null || Files.notExists(folder)) {
            throw new DataException("cannot write %s: the folder %s does not exist".formatted(output, folder));
        }
        if (!Files.isDirectory(folder)) {
            throw new DataException("cannot write %s: %s is not a folder".formatted(output, folder));
        }
        // A device such as /dev/stdout is written to as it is.
        boolean device = Files.exists(output) && !Files.isRegularFile(output);
        if (!device && !Files.isWritable(folder)) {
            throw new DataException("cannot write %s: no permission to write into %s".formatted(output, folder));
        }
        for (Path input : inputs) {
            if (input != null && same(output, input)) {
                throw new DataException(
                        "cannot write " + output + ": it is an input of this command, expected another file name");
            }
        }
    }

    private static boolean same(Path output, Path input) {
        try {
            return Files.exists(output) && Files.exists(input) && Files.isSameFile(output, input);
        } catch (IOException e) {
            // Then reading the input will tell what is wrong with it.
            return false;
        }
    }
}
