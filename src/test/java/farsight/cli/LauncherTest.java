package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JVM options that ./farsight and make compute. */
class LauncherTest {

    private static final Path BASH = Path.of("/bin/bash");

    @TempDir
    private Path folder;

    @BeforeEach
    void bashIsThere() {
        assumeThat(BASH).exists();
    }

    /** Runs words of bash after the options' script, with a stand-in for NVIDIA's tool first on the path. */
    private String run(String nvidiaSmi, Map<String, String> environment, String words)
            throws IOException, InterruptedException {
        Path tool = folder.resolve("nvidia-smi");
        Files.writeString(tool, "#!/bin/sh\n" + nvidiaSmi + "\n");
        assertThat(tool.toFile().setExecutable(true)).isTrue();
        ProcessBuilder bash = new ProcessBuilder(BASH.toString(), "-c", "root=$PWD; . .mvn/jvm-options.sh; " + words);
        bash.environment().remove("FARSIGHT_DEVICE_MEMORY");
        bash.environment().merge("PATH", folder.toString(), (path, first) -> first + ":" + path);
        bash.environment().putAll(environment);
        Process p = bash.redirectErrorStream(true).start();
        String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return p.waitFor() + ": " + out;
    }

    @Test
    void ofNvidiasCardsTheSmallestCountsLessAGigabyte() throws IOException, InterruptedException {
        assertThat(run("printf '24564\\n16384\\n[N/A]\\n'", Map.of(), "device_memory"))
                .isEqualTo("0: 15360MB");
    }

    @Test
    void withoutSuchACardItIsHalfOfTheMachinesMemory() throws IOException, InterruptedException {
        String memory = run("exit 9", Map.of(), "echo $(($(physical_memory) / 2097152))MB");
        assertThat(run("exit 9", Map.of(), "device_memory")).isEqualTo(memory).matches("0: [1-9]\\d*MB");
    }

    @Test
    void theUsersOwnFigureCountsMore() throws IOException, InterruptedException {
        assertThat(run("echo 24564", Map.of("FARSIGHT_DEVICE_MEMORY", "20GB"), "device_memory"))
                .isEqualTo("0: 20GB");
    }

    @Test
    void aFigureThatTornadoVmCannotReadIsRefused() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("tornado-argfile"), "");
        Map<String, String> environment =
                Map.of("FARSIGHT_DEVICE_MEMORY", "20 gigs", "TORNADOVM_HOME", folder.toString());
        assertThat(run("", environment, "jvm_options opencl"))
                .isEqualTo("2: farsight: FARSIGHT_DEVICE_MEMORY is '20 gigs', expected for example 20GB or 20480MB");
    }

    @Test
    void theFigureStandsBehindTheProfileWhichItOverrides() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("tornado-argfile"), "");
        String options = run(
                "echo 24564", Map.of("TORNADOVM_HOME", folder.toString()), "jvm_options opencl; echo ${options[*]}");
        assertThat(options).matches("0: .*opencl\\.args -Dtornado\\.device\\.memory=23540MB .*");
    }
}
