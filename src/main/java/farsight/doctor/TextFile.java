package farsight.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads small text files of the system, which may be missing. */
final class TextFile {

    private TextFile() {}

    /** The file's lines; none if it cannot be read. */
    static List<String> lines(Path file) {
        try {
            return Files.isReadable(file)
                    ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                            .lines()
                            .toList()
                    : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Files of a folder whose names have this ending, in order; none if it cannot be read. */
    static List<Path> files(Path folder, String ending) {
        try (var files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
