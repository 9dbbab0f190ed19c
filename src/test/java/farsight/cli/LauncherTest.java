package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.engine.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    void ofNvidiasCardsTheLargestCountsWhereItHasMoreThanHalfOfTheMachine() throws IOException, InterruptedException {
        assertThat(run("printf '24564\\n99999999\\n[N/A]\\n'", Map.of(), "device_memory"))
                .isEqualTo("0: " + 99999999L * 1024 * 1024);
        assertThat(run("echo 1", Map.of(), "device_memory")).isEqualTo(half());
    }

    @Test
    void withoutSuchACardItIsHalfOfTheMachinesMemory() throws IOException, InterruptedException {
        assertThat(run("exit 9", Map.of(), "device_memory")).isEqualTo(half()).matches("0: [1-9]\\d*");
    }

    private String half() throws IOException, InterruptedException {
        return run("exit 9", Map.of(), "echo $(($(physical_memory) / 2))");
    }

    @ParameterizedTest
    @CsvSource({
        "20GB,20000000000",
        "20GiB,21474836480",
        "512MiB,536870912",
        "7kB,7000",
        "007KB,7000",
        "12345,12345",
        "9TB,9000000000000"
    })
    void theUsersOwnFigureCountsMoreInUnitsOfMemorys(String text, long bytes) throws IOException, InterruptedException {
        assertThat(run("echo 24564", Map.of("FARSIGHT_DEVICE_MEMORY", text), "device_memory"))
                .isEqualTo("0: " + bytes);
        assertThat(Bytes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"20 gigs", "junk", "0", "0GB", "-1GB", "20GIB", "i", "B", "9999999999999999999", "9999999999TB"})
    void whatIsNoSizeIsRefusedWithAnSdkAndWithout(String text) throws IOException, InterruptedException {
        String refusal = "2: farsight: FARSIGHT_DEVICE_MEMORY is '" + text + "', expected for example 20GB or 20GiB";
        Files.writeString(folder.resolve("tornado-argfile"), "");
        for (String sdk : List.of("", folder.toString())) {
            Map<String, String> environment = Map.of("FARSIGHT_DEVICE_MEMORY", text, "TORNADOVM_HOME", sdk);
            assertThat(run("", environment, "jvm_options opencl")).isEqualTo(refusal);
            assertThat(run("", environment, "jvm_options ''; echo fine"))
                    .as("where no device is asked for")
                    .isEqualTo("0: fine");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "POSIX", "", "none.UTF-8"})
    void namesAreUtf8WhereTheLocaleKnowsAsciiOnly(String locale) throws IOException, InterruptedException {
        String words =
                "exec 2>/dev/null; unset LC_CTYPE LANG; export LC_ALL=" + locale + "; utf8_names; locale charmap";
        assumeThat(run("", Map.of(), "locale -a")).containsPattern("C\\.(utf8|UTF-8)");
        assertThat(run("", Map.of(), words)).isEqualTo("0: UTF-8");
    }

    @Test
    void anotherCharacterSetIsLeftAlone() throws IOException, InterruptedException {
        // Stands in for the system's tool, which knows the locales that are installed only.
        Files.writeString(folder.resolve("locale"), "#!/bin/sh\necho ISO-8859-1\n");
        assertThat(folder.resolve("locale").toFile().setExecutable(true)).isTrue();
        assertThat(run("", Map.of("LC_ALL", "C"), "utf8_names; echo $LC_ALL")).isEqualTo("0: C");
    }

    @Test
    void theFigureStandsBehindTheProfileWhichItOverrides() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("tornado-argfile"), "");
        String options = run(
                "echo 99999999", Map.of("TORNADOVM_HOME", folder.toString()), "jvm_options opencl; echo ${options[*]}");
        assertThat(options).matches("0: .*opencl\\.args -Dtornado\\.device\\.memory=104857598951424 .*");
    }
}
