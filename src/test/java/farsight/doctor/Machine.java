package farsight.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A machine simulated by a few files. */
record Machine(Path root) {

    /** Its surroundings with that TORNADOVM_HOME, which no process has loaded. */
    Surroundings with(@Nullable String home) {
        return new Surroundings(root, home, List.of(), List.of(), false, null);
    }

    Machine file(String path, String... lines) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, List.of(lines));
            return this;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** An SDK at {@code sdk}; its folder as text. */
    String sdk(String version, String backends) {
        file("sdk/tornado-argfile", "# === Native library path ===", "-Djava.library.path=" + root.resolve("sdk/lib"));
        file("sdk/lib/libtornado.so");
        file("sdk/etc/tornado.backend", "tornado.backends=" + backends);
        file("sdk/share/java/tornado/tornado-api-" + version + ".jar");
        return root.resolve("sdk").toString();
    }

    /** The finding of a subject. */
    static Finding of(List<Finding> findings, String subject) {
        return findings.stream()
                .filter(f -> f.subject().equals(subject))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing about " + subject + " in " + findings));
    }
}
