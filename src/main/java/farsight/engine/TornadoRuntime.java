package farsight.engine;

import java.nio.file.Path;
import java.util.Optional;

/** TornadoVM's runtime in this process. Only the modules of the JVM are read: asking does not start TornadoVM. */
public final class TornadoRuntime {

    private TornadoRuntime() {}

    /** Whether this process was started with a TornadoVM SDK. */
    public static boolean present() {
        return ModuleLayer.boot().findModule("tornado.runtime").isPresent();
    }

    /** TornadoVM's version, as its runtime's module or jar names it. */
    public static Optional<String> version() {
        return ModuleLayer.boot()
                .findModule("tornado.runtime")
                .flatMap(m -> m.getDescriptor().rawVersion().or(() -> versionOfJar(m)));
    }

    private static Optional<String> versionOfJar(Module module) {
        return ModuleLayer.boot()
                .configuration()
                .findModule(module.getName())
                .flatMap(m -> m.reference().location())
                .map(jar -> Path.of(jar).getFileName().toString())
                .map(name -> name.replaceAll("^[a-z-]*-(?=[0-9])|\\.jar$", ""));
    }
}
