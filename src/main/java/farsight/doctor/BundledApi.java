package farsight.doctor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;

/** TornadoVM's API in this program's jar, used if no SDK provides its own. */
public final class BundledApi {

    /** A class that the API has since version 5; the jar that some mirrors offer instead lacks it. */
    private static final String SINCE_5 = "uk/ac/manchester/tornado/api/common/TornadoFunctions$Task20.class";

    private static final String SINCE_1 = "uk/ac/manchester/tornado/api/TaskGraph.class";

    private BundledApi() {}

    /** Whether arrays hold less without an SDK, because the jar's API counts bytes with an int. */
    public static boolean countsLess() {
        List<Path> classPath = Arrays.stream(
                        System.getProperty("java.class.path", "").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        return present(classPath) && !current(classPath);
    }

    static boolean present(List<Path> classPath) {
        return classPath.stream().anyMatch(p -> holds(p, SINCE_1));
    }

    static boolean current(List<Path> classPath) {
        return classPath.stream().anyMatch(p -> holds(p, SINCE_5));
    }

    private static boolean holds(Path place, String entry) {
        if (Files.isDirectory(place)) {
            return Files.exists(place.resolve(entry));
        }
        if (!Files.isRegularFile(place)) {
            return false;
        }
        try (JarFile jar = new JarFile(place.toFile())) {
            return jar.getEntry(entry) != null;
        } catch (IOException e) {
            return false;
        }
    }
}
