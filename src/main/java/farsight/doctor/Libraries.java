package farsight.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Searches the folders of the system's loader for native libraries, without loading any. */
final class Libraries {

    private static final List<String> USUAL = List.of(
            "lib",
            "usr/lib",
            "lib64",
            "usr/lib64",
            "lib/x86_64-linux-gnu",
            "usr/lib/x86_64-linux-gnu",
            "lib/aarch64-linux-gnu",
            "usr/lib/aarch64-linux-gnu",
            "usr/local/lib",
            "usr/lib/wsl/lib");

    private final Path root;
    private final Set<Path> folders = new LinkedHashSet<>();

    Libraries(Surroundings here) {
        root = here.root();
        folders.addAll(here.libraryPath());
        for (Path file : TextFile.files(root.resolve("etc/ld.so.conf.d"), ".conf")) {
            TextFile.lines(file).stream()
                    .map(String::strip)
                    .filter(l -> l.startsWith("/"))
                    .forEach(l -> folders.add(inRoot(l)));
        }
        USUAL.forEach(f -> folders.add(root.resolve(f)));
    }

    /** The file of a library, by name or absolute path. */
    Optional<Path> find(String name) {
        if (name.startsWith("/")) {
            return Optional.of(inRoot(name)).filter(Files::exists);
        }
        return folders.stream().map(f -> f.resolve(name)).filter(Files::exists).findFirst();
    }

    private Path inRoot(String absolute) {
        return root.resolve(absolute.substring(1));
    }
}
