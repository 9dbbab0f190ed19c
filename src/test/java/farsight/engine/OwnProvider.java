package farsight.engine;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/** An engine provider beside the library's. */
public final class OwnProvider {

    private OwnProvider() {}

    /** Runs the work where that provider is found, named in a folder of its own. */
    public static void with(Class<?> provider, Path folder, Runnable work) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(EngineProvider.class.getName()), provider.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            work.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
