package farsight.cli.output;

import farsight.data.DataException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks an output path before any work is done, so that a mistyped one costs no time. */
public final class OutputFile {

    private static final String IMAGE = ".*\\.(png|jpe?g|gif|bmp|tiff?)";

    /** Bytes of a file name, on every file system in use. */
    private static final int MOST_BYTES = 255;

    private OutputFile() {}

    /**
     * Checks that a file can be written there.
     *
     * @param inputs files that it must not replace; nulls are ignored
     * @throws DataException when it is a folder, an input, or has an image's extension; when its name is too long; or
     *     when its folder is missing or not writable
     */
    public static void check(Path output, @Nullable Path... inputs) {
        if (Files.isDirectory(output)) {
            throw new DataException("cannot write " + output + ": it is a folder, expected a file name");
        }
        if (output.toString().toLowerCase(Locale.ROOT).matches(IMAGE)) {
            throw new DataException(
                    "cannot write %s: the output is safetensors, and this is the name of an image".formatted(output));
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
        // A device such as /dev/stdout is written to directly.
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
            // Reading the input will report the error.
            return false;
        }
    }
}
