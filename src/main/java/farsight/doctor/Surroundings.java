package farsight.doctor;

import farsight.engine.Engines;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of the SDK checks, so that a test can simulate another machine.
 *
 * @param root of the file system
 * @param home TORNADOVM_HOME; null if unset
 * @param libraryPath folders of LD_LIBRARY_PATH and java.library.path
 * @param classPath of this process: this program's jar, or its classes and jars
 * @param tornadoLoaded whether this process has TornadoVM
 * @param startFailure why the launcher could not start Java with the SDK; null if it could
 */
record Surroundings(
        Path root,
        @Nullable String home,
        List<Path> libraryPath,
        List<Path> classPath,
        boolean tornadoLoaded,
        @Nullable String startFailure) {

    /** This process. */
    static Surroundings here() {
        String libraries = Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")).orElse("")
                + File.pathSeparator
                + System.getProperty("java.library.path", "");
        return new Surroundings(
                Path.of("/"),
                System.getenv("TORNADOVM_HOME"),
                paths(libraries),
                paths(System.getProperty("java.class.path", "")),
                Engines.tornadoLoaded(),
                System.getProperty("farsight.sdk.failure"));
    }

    private static List<Path> paths(String list) {
        return Arrays.stream(list.split(File.pathSeparator))
                .filter(p -> !p.isBlank())
                .map(Path::of)
                .toList();
    }

    /** The SDK, if there is one. */
    Optional<Sdk> sdk() {
        return Optional.ofNullable(home)
                .filter(h -> !h.isBlank())
                .map(h -> Sdk.at(Path.of(h)))
                .filter(Sdk::complete);
    }

    /** Whether the SDK was built with one of these backends. */
    boolean uses(String... backends) {
        return sdk().map(s -> Arrays.stream(backends).anyMatch(s.backends()::contains))
                .orElse(false);
    }
}
