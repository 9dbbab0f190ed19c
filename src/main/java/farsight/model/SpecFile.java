package farsight.model;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.SpecException;
import farsight.data.DataException;
import farsight.data.ReadInterruptedException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Block specs in files. */
public final class SpecFile {

    /** Longest spec read, in bytes: a real one has a few hundred. */
    private static final long LONGEST = 1 << 20;

    private SpecFile() {}

    /**
     * Reads a spec.
     *
     * @throws DataException when the file cannot be read
     * @throws SpecException when it holds no valid spec, naming the file
     */
    public static Block read(Path file) {
        return parse(text(file), file.toString());
    }

    /**
     * Reads a spec given as text.
     *
     * @param where where the text comes from, for messages
     * @throws SpecException when it is no valid spec, naming {@code where}
     */
    public static Block parse(String json, String where) {
        try {
            return BlockSpec.parse(json);
        } catch (SpecException e) {
            SpecException named = new SpecException(where + ": " + e.getMessage());
            named.initCause(e);
            throw named;
        }
    }

    private static String text(Path file) {
        if (Files.isDirectory(file)) {
            throw unreadable(file, "it is a folder, expected a JSON file with a block's spec", null);
        }
        try {
            if (Files.size(file) > LONGEST) {
                throw unreadable(file, "it is too large for a JSON file with a block's spec", null);
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "no such file, expected a JSON file with a block's spec", e);
        } catch (AccessDeniedException e) {
            throw unreadable(file, "permission denied", e);
        } catch (CharacterCodingException e) {
            throw unreadable(file, "it is not text in UTF-8, expected a JSON file with a block's spec", e);
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
