package farsight.data;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Opens input files, with a one-line message for each way in which that fails. */
public final class InputFiles {
    private InputFiles() {}

    /**
     * Maps a whole file, read-only.
     *
     * @param what the expected kind of file, with its article, as in "a safetensors file"
     * @throws DataException where the file is missing, a folder, not a regular file, or unreadable
     */
    public static MemorySegment map(Path path, String what, Arena arena) {
        check(path, what);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        } catch (IOException e) {
            throw failure(path, e);
        }
    }

    /**
     * The SHA-256 of a file's content, in hexadecimal digits.
     *
     * @param what the expected kind of file, with its article
     * @throws DataException where the file cannot be read
     */
    public static String sha256(Path path, String what) {
        check(path, what);
        try (InputStream in = Files.newInputStream(path)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] piece = new byte[1 << 16];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                digest.update(piece, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw failure(path, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Refuses a path that cannot be read as a file, before anything opens it. */
    public static void check(Path path, String what) {
        if (Files.isDirectory(path)) {
            throw new DataException("cannot read " + path + ": it is a folder, expected " + what);
        }
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new DataException("cannot read " + path + ": not a regular file, expected " + what);
        }
        if (Files.notExists(path)) {
            throw new DataException("cannot read " + path + ": no such file, expected " + what);
        }
        if (!Files.isReadable(path)) {
            throw new DataException("cannot read " + path + ": permission denied");
        }
    }

    /**
     * The message of a failed read.
     *
     * @throws ReadInterruptedException where the thread was interrupted: the file may be intact
     */
    public static DataException failure(Path path, IOException e) {
        ReadInterruptedException.check(path, e);
        return new DataException("cannot read " + path + ": " + reason(e), e);
    }

    /** Why reading failed: in words where the exception's text is the path alone; its class where it has no text. */
    public static String reason(Throwable e) {
        String message = e.getMessage();
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
        };
    }
}
