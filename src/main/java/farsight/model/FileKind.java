package farsight.model;

import farsight.data.DataException;
import farsight.data.ReadInterruptedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kinds of feature files, recognised by the file's name, else by its first bytes. */
enum FileKind {
    SAFETENSORS("a safetensors file", ".*\\.safetensors"),
    POINT_CLOUD("a point cloud", ".*\\.(pcd|ply)"),
    IMAGE("an image", ".*\\.(png|jpe?g|gif|bmp|tiff?)");

    /** First bytes of images, as ISO 8859-1. */
    private static final List<String> IMAGES =
            List.of("\u0089PNG", "\u00ff\u00d8\u00ff", "GIF8", "BM", "II*\0", "MM\0*");

    private static final List<String> POINT_CLOUDS =
            List.of("ply\n", "ply\r\n", "# .PCD", "VERSION .", "VERSION 0.", "FIELDS ", "COLUMNS ");

    /** Offset of the brace that opens a safetensors file's header. */
    private static final int BRACE = 8;

    private final String text;
    private final String names;

    FileKind(String text, String names) {
        this.text = text;
        this.names = names;
    }

    /** With its article, as in "a safetensors file". */
    String text() {
        return text;
    }

    /**
     * The kind of a file.
     *
     * @throws DataException when neither its name nor its first bytes tell, or it cannot be read
     */
    static FileKind of(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        for (FileKind kind : values()) {
            if (name.matches(kind.names)) {
                return kind;
            }
        }
        return byContent(path)
                .orElseThrow(() -> new DataException(
                        path + " is not a file of features: expected a safetensors file, an image or a point cloud"));
    }

    private static Optional<FileKind> byContent(Path path) {
        if (!Files.isRegularFile(path)) {
            // Reading it will report what is wrong in one line.
            return Optional.of(SAFETENSORS);
        }
        try (InputStream in = Files.newInputStream(path)) {
            String start = new String(in.readNBytes(16), StandardCharsets.ISO_8859_1);
            if (IMAGES.stream().anyMatch(start::startsWith)) {
                return Optional.of(IMAGE);
            }
            if (POINT_CLOUDS.stream().anyMatch(start::startsWith)) {
                return Optional.of(POINT_CLOUD);
            }
            return start.length() > BRACE && start.charAt(BRACE) == '{' ? Optional.of(SAFETENSORS) : Optional.empty();
        } catch (IOException e) {
            ReadInterruptedException.check(path, e);
            return Optional.of(SAFETENSORS);
        }
    }
}
