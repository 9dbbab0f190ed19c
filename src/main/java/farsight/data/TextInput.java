package farsight.data;

import farsight.text.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files of text, such as specs. */
public final class TextInput {

    private TextInput() {}

    /**
     * The text of a whole file or pipe.
     *
     * @param longest most bytes that are read
     * @param holds what it should be, for messages: {@code a JSON file with a block's spec}
     * @throws DataException when it cannot be read, is longer, or is not UTF-8
     */
    public static String read(Path file, int longest, String holds) {
        if (Files.isDirectory(file)) {
            throw unreadable(file, "it is a folder, expected " + holds, null);
        }
        try {
            // By reading, not by its size: a pipe has none.
            try (InputStream in = Files.newInputStream(file)) {
                return Utf8.read(in, longest);
            }
        } catch (NoSuchFileException e) {
            throw unreadable(file, "no such file, expected " + holds, e);
        } catch (AccessDeniedException e) {
            throw unreadable(file, "permission denied", e);
        } catch (Utf8.TooLongException e) {
            throw unreadable(file, "it is too large for " + holds, e);
        } catch (Utf8.NotUtf8Exception e) {
            throw unreadable(file, e.getMessage() + ", expected " + holds + " in UTF-8", e);
        } catch (IOException e) {
            ReadInterruptedException.check(file, e);
            throw unreadable(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static DataException unreadable(Path file, String why, @Nullable IOException e) {
        String message = "cannot read " + file + ": " + why;
        return e == null ? new DataException(message) : new DataException(message, e);
    }
}
