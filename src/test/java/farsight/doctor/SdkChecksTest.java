package farsight.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SdkChecksTest {

    @TempDir
    private Path root;

    private Finding finding(@Nullable String home, String subject) {
        return Machine.of(SdkChecks.all(new Machine(root).with(home)), subject);
    }

    @Test
    void aMissingSdkIsNotAFault() {
        assertThat(finding(null, "TORNADOVM_HOME").status()).isEqualTo(Outcome.NONE);
        assertThat(finding("", "TORNADOVM_HOME").status()).isEqualTo(Outcome.NONE);
        assertThat(finding(null, "TORNADOVM_HOME").advice()).contains("sdk install tornadovm");
    }

    @Test
    void invalidHomesAreDistinguished() {
        assertThat(finding(root + "/nowhere", "TORNADOVM_HOME"))
                .returns(Outcome.MISSING, Finding::status)
                .satisfies(f -> assertThat(f.found()).contains("nowhere is not a folder"));
        assertThat(finding(root.toString(), "TORNADOVM_HOME"))
                .returns(Outcome.MISSING, Finding::status)
                .satisfies(f -> assertThat(f.found()).contains("so it is not an SDK"));
        new Machine(root).file("tornado-argfile.template");
        assertThat(finding(root.toString(), "TORNADOVM_HOME").advice()).contains("--generate-argfile");
    }

    @Test
    void theSdkThatThisIsBuiltForIsNamedWithItsBackends() {
        String home = new Machine(root).sdk(SdkChecks.builtFor(), "opencl-backend,ptx-backend");
        assertThat(SdkChecks.builtFor()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(finding(home, "TornadoVM SDK"))
                .isEqualTo(Finding.ok("TornadoVM SDK", SdkChecks.builtFor() + ", backends: opencl, ptx"));
        assertThat(finding(home, "TornadoVM runtime").status()).isEqualTo(Outcome.WARN);
        assertThat(finding(home, "TornadoVM runtime").advice()).contains("./farsight");
    }

    @Test
    void anSdkOfAnotherVersionGivesTheRebuildCommand() {
        Finding f = finding(new Machine(root).sdk("6.0.0-jdk25", "opencl-backend"), "TornadoVM SDK");
        assertThat(f.status()).isEqualTo(Outcome.WARN);
        assertThat(f.found()).contains("6.0.0-jdk25", SdkChecks.builtFor());
        assertThat(f.advice()).contains(".mvn/provide-tornado-api.sh --force");
    }

    @Test
    void anSdkThatWasMovedIsBroken() {
        String home = new Machine(root).sdk(SdkChecks.builtFor(), "opencl-backend");
        new Machine(root).file("sdk/tornado-argfile", "--module-path .:/not/here/any/more");
        Finding f = finding(home, "TornadoVM SDK");
        assertThat(f.status()).isEqualTo(Outcome.BROKEN);
        assertThat(f.found()).contains("/not/here/any/more").doesNotContain("/sdk/lib");
        assertThat(f.advice()).contains("--generate-argfile");
    }

    @Test
    void aJavaThatDoesNotStartWithTheSdkIsReportedWithTheReason() {
        String home = new Machine(root).sdk(SdkChecks.builtFor(), "opencl-backend");
        Surroundings here = new Surroundings(root, home, List.of(), List.of(), false, "Unrecognized VM option");
        assertThat(Machine.of(SdkChecks.all(here), "TornadoVM runtime"))
                .returns(Outcome.BROKEN, Finding::status)
                .satisfies(f -> assertThat(f.found()).contains("Unrecognized VM option"));
    }

    @Test
    void theApiInThisProgramIsFound() {
        assertThat(Machine.of(SdkChecks.all(Surroundings.here()), "TornadoVM API")
                        .found())
                .contains(SdkChecks.builtFor());
    }

    /** With an SDK its own API runs, and without one arrays are smaller: neither is a fault. */
    @Test
    void anOlderApiInTheJarIsANoteNotAWarning() {
        Machine machine = new Machine(root).file("classes/uk/ac/manchester/tornado/api/TaskGraph.class");
        List<Path> classPath = List.of(root.resolve("classes"));
        String sdk = machine.sdk(SdkChecks.builtFor(), "opencl-backend");
        for (String home : List.of("", sdk)) {
            Surroundings here = new Surroundings(root, home, List.of(), classPath, false, null);
            Finding f = Machine.of(SdkChecks.all(here), "TornadoVM API");
            assertThat(f.status()).isEqualTo(Outcome.NOTE);
            assertThat(f.found()).contains("without an SDK an array holds at most 2 GiB");
            assertThat(f.advice()).contains(".mvn/provide-tornado-api.sh --force");
        }
        machine.file("classes/uk/ac/manchester/tornado/api/common/TornadoFunctions$Task20.class");
        Surroundings here = new Surroundings(root, sdk, List.of(), classPath, false, null);
        assertThat(Machine.of(SdkChecks.all(here), "TornadoVM API").status()).isEqualTo(Outcome.OK);
    }
}
