package farsight.doctor;

import farsight.engine.Bytes;
import farsight.engine.Engines;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** Checks TORNADOVM_HOME, its SDK, and whether this program was built for it. */
final class SdkChecks {

    private static final String HOME = "TORNADOVM_HOME";
    private static final String SDK = "TornadoVM SDK";
    private static final String API = "TornadoVM API";
    private static final String RUNTIME = "TornadoVM runtime";
    private static final String INSTALL = "for GPUs: sdk install tornadovm 5.2.0-opencl";
    private static final String REBUILD = ".mvn/provide-tornado-api.sh --force && make jar";

    private SdkChecks() {}

    static List<Finding> all(Surroundings here) {
        List<Finding> all = new ArrayList<>();
        all.add(home(here));
        Optional<Sdk> sdk = here.sdk();
        sdk.ifPresent(s -> all.add(sdk(s)));
        all.add(api(here, sdk));
        sdk.ifPresent(s -> all.add(runtime(here)));
        if (here.tornadoLoaded()) {
            all.add(bailout());
        }
        return all;
    }

    private static Finding home(Surroundings here) {
        String home = here.home();
        if (home == null) {
            return Finding.none(HOME, "not set, so no devices", INSTALL);
        }
        if (home.isBlank()) {
            return Finding.none(HOME, "set but empty, which means no devices", "unset it to use SDKMAN's SDK");
        }
        Path folder = Path.of(home);
        if (!Files.isDirectory(folder)) {
            return Finding.missing(HOME, home + " is not a folder", "point it at an SDK; " + INSTALL);
        }
        if (!Sdk.at(folder).complete()) {
            return Files.isReadable(folder.resolve("tornado-argfile.template"))
                    ? Finding.missing(
                            HOME,
                            home + " has no tornado-argfile yet",
                            "run " + home + "/bin/tornado --generate-argfile once")
                    : Finding.missing(HOME, home + " has no tornado-argfile, so it is not an SDK", INSTALL);
        }
        return Finding.ok(HOME, home);
    }

    private static Finding sdk(Sdk sdk) {
        List<String> lost = sdk.lostFolders();
        if (!lost.isEmpty()) {
            return Finding.broken(
                    SDK,
                    "its tornado-argfile names folders that are not there: " + String.join(", ", lost),
                    "it was moved: run " + sdk.home() + "/bin/tornado --generate-argfile");
        }
        if (sdk.version().isEmpty()) {
            return Finding.broken(SDK, "no tornado-api jar in " + sdk.home() + "/share/java/tornado", INSTALL);
        }
        String found = sdk.version() + ", backends: " + String.join(", ", sdk.backends());
        if (!sdk.version().equals(builtFor())) {
            return Finding.warn(
                    SDK,
                    found + "; this program is for " + builtFor(),
                    "install that one, or set tornadovm.version in pom.xml and version in"
                            + " .mvn/provide-tornado-api.sh, then " + REBUILD);
        }
        return Finding.ok(SDK, found);
    }

    private static Finding api(Surroundings here, Optional<Sdk> sdk) {
        if (!BundledApi.present(here.classPath())) {
            return Finding.warn(API, "not in this program's jar", REBUILD);
        }
        boolean current = BundledApi.current(here.classPath());
        String found = "built for " + builtFor();
        if (current) {
            return Finding.ok(API, found);
        }
        // With an SDK its own API runs, whatever the jar has.
        String older = found + " against an older API, 1.1.2, from io.github.beehive-lab:gpu-llama3:"
                + " without an SDK an array holds at most 2 GiB";
        return sdk.isPresent()
                ? Finding.note(API, older, "to build against the SDK's own: " + REBUILD)
                : Finding.note(API, older, "where Maven Central or an SDK has the API: " + REBUILD);
    }

    private static Finding runtime(Surroundings here) {
        if (here.startFailure() != null) {
            return Finding.broken(
                    RUNTIME,
                    "Java does not start with this SDK: " + here.startFailure(),
                    "use the SDK for this Java, or the Java for this SDK (5.2.0-jdk25: JDK 25)");
        }
        return here.tornadoLoaded()
                ? Finding.ok(RUNTIME, "in this process")
                : Finding.warn(
                        RUNTIME,
                        "not in this process",
                        "start through ./farsight, or java @$TORNADOVM_HOME/tornado-argfile -jar target/farsight.jar");
    }

    private static Finding bailout() {
        String subject = "silent fallback";
        return Boolean.parseBoolean(System.getProperty("tornado.recover.bailout", "true"))
                ? Finding.warn(
                        subject,
                        "on: a kernel that does not compile runs as plain Java, sometimes silently",
                        "set -Dtornado.recover.bailout=False, as the files in tornado-profiles do")
                : Finding.ok(
                        subject, "off; device memory that TornadoVM may take: " + Bytes.text(Engines.deviceMemory()));
    }

    /** The version in the build file. */
    static String builtFor() {
        Properties properties = new Properties();
        try (InputStream in = SdkChecks.class.getResourceAsStream("build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read build.properties", e);
        }
        return properties.getProperty("tornadovm.version", "an unknown version");
    }
}
