package farsight.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A TornadoVM SDK.
 *
 * @param home its folder
 * @param version in the name of its API jar; empty without one
 * @param backends {@code opencl}, {@code ptx}, …
 */
record Sdk(Path home, String version, List<String> backends) {

    private static final Pattern API = Pattern.compile("tornado-api-(.+)\\.jar");

    /** Reads an SDK's folder; any other folder gives one that is not {@link #complete}. */
    static Sdk at(Path home) {
        String version = TextFile.files(home.resolve("share/java/tornado"), ".jar").stream()
                .map(f -> API.matcher(f.getFileName().toString()))
                .filter(Matcher::matches)
                .map(m -> m.group(1))
                .findFirst()
                .orElse("");
        List<String> backends = TextFile.lines(home.resolve("etc/tornado.backend")).stream()
                .filter(l -> l.startsWith("tornado.backends="))
                .flatMap(l -> Arrays.stream(l.substring(l.indexOf('=') + 1).split(",")))
                .map(b -> b.strip().replace("-backend", ""))
                .filter(b -> !b.isEmpty())
                .toList();
        return new Sdk(home, version, backends);
    }

    /** The file with Java's options for it. */
    Path argfile() {
        return home.resolve("tornado-argfile");
    }

    /** Whether Java can be started with it. */
    boolean complete() {
        return Files.isReadable(argfile());
    }

    /** Missing folders that the argument file names, which was then written elsewhere. */
    List<String> lostFolders() {
        return TextFile.lines(argfile()).stream()
                .flatMap(Sdk::folders)
                .filter(f -> f.startsWith("/") && !Files.isDirectory(Path.of(f)))
                .distinct()
                .toList();
    }

    private static Stream<String> folders(String line) {
        for (String option : List.of("-Djava.library.path=", "--module-path ", "--upgrade-module-path ")) {
            if (line.startsWith(option)) {
                return Arrays.stream(line.substring(option.length()).strip().split(":"));
            }
        }
        return Stream.of();
    }
}
