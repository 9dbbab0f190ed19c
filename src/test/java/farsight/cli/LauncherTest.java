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
    void theLargestNvidiaCardCountsIfItExceedsHalfOfTheMachine() throws IOException, InterruptedException {
        assertThat(run("printf '24564\\n99999999\\n[N/A]\\n'", Map.of(), "device_memory"))
                .isEqualTo("0: " + 99999999L * 1024 * 1024);
        assertThat(run("echo 1", Map.of(), "device_memory")).isEqualTo(half());
    }

    @Test
    void withoutSuchACardHalfOfTheMachinesMemoryCounts() throws IOException, InterruptedException {
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
    void invalidSizesAreRefusedWithAndWithoutAnSdk(String text) throws IOException, InterruptedException {
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
    void fileNamesAreUtf8InAnAsciiLocale(String locale) throws IOException, InterruptedException {
        String words =
                "exec 2>/dev/null; unset LC_CTYPE LANG; export LC_ALL=" + locale + "; utf8_names; locale charmap";
        assumeThat(run("", Map.of(), "locale -a")).containsPattern("C\\.(utf8|UTF-8)");
        assertThat(run("", Map.of(), words)).isEqualTo("0: UTF-8");
    }

    @Test
    void otherCharacterSetsAreUnchanged() throws IOException, InterruptedException {
        // Stands in for the system's tool, which knows the locales that are installed only.
        Files.writeString(folder.resolve("locale"), "#!/bin/sh\necho ISO-8859-1\n");
        assertThat(folder.resolve("locale").toFile().setExecutable(true)).isTrue();
        assertThat(run("", Map.of("LC_ALL", "C"), "utf8_names; echo $LC_ALL")).isEqualTo("0: C");
    }

    @Test
    void theMemoryFigureFollowsTheProfileAndOverridesIt() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("tornado-argfile"), "");
        String options = run(
                "echo 99999999", Map.of("TORNADOVM_HOME", folder.toString()), "jvm_options opencl; echo ${options[*]}");
        assertThat(options).matches("0: .*opencl\\.args -Dtornado\\.device\\.memory=104857598951424 .*");
    }

    private static final String JAVA = System.getProperty("java.home");

    @Test
    void theJvmStartsSilentlyWithTheVectorApi() throws IOException, InterruptedException {
        String words = "jvm_options ''; \"$JAVA_HOME/bin/java\" \"${options[@]}\" -cp '%s' %s devices"
                .formatted(System.getProperty("java.class.path"), Main.class.getName());
        assertThat(run("exit 9", Map.of("TORNADOVM_HOME", "", "JAVA_HOME", JAVA), words))
                .startsWith("0: device")
                .containsPattern("vector .* Vector API, \\d+ bit")
                .doesNotContain("WARNING");
    }

    @Test
    void theCLibraryUnmapsFreedMemoryByDefault() throws IOException, InterruptedException {
        Map<String, String> plain = Map.of("TORNADOVM_HOME", "", "MALLOC_MMAP_THRESHOLD_", "");
        String words = "jvm_options ''; printenv MALLOC_MMAP_THRESHOLD_";
        assertThat(run("", plain, words)).isEqualTo("0: 131072");
        assertThat(run("", Map.of("TORNADOVM_HOME", "", "MALLOC_MMAP_THRESHOLD_", "65536"), words))
                .isEqualTo("0: 65536");
    }

    @Test
    void userBlocksFollowTheProgramOnTheClassPath() throws IOException, InterruptedException {
        String words = "program a/farsight.jar; printf '%s|' \"${program[@]}\"";
        assertThat(run("", Map.of("FARSIGHT_CLASSPATH", ""), words)).isEqualTo("0: -jar|a/farsight.jar|");
        Path spaced = Files.createDirectories(folder.resolve("my blocks"));
        Path jar = Files.createFile(spaced.resolve("mine.jar"));
        for (String own : List.of(jar.toString(), jar + ":" + spaced, spaced + "/*", jar + "::")) {
            assertThat(run("", Map.of("FARSIGHT_CLASSPATH", own), words))
                    .isEqualTo("0: -cp|a/farsight.jar:" + own + "|" + Main.class.getName() + "|");
        }
        Path lost = folder.resolve("lost.jar");
        for (String own : List.of(lost.toString(), jar + ":" + lost, lost + ":" + jar)) {
            assertThat(run("", Map.of("FARSIGHT_CLASSPATH", own), words))
                    .isEqualTo("2: farsight: FARSIGHT_CLASSPATH names " + lost + ", which is not there");
        }
    }

    @Test
    void anSdksOptionsAreUnchangedExceptTheIncubatorModule() throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve("release"), "A=\"1\"\nMODULES=\"java.base jdk.incubator.vector java.sql\"\nB=2");
        Files.writeString(folder.resolve("argfile"), """
                # a comment "in quotes"
                -XX:+UseParallelGC   --module-path .:/a/b

                --add-modules ALL-SYSTEM,tornado.runtime
                @/a/b/export-list
                -Dlast=1""");
        assertThat(sdkOptions("argfile"))
                .isEqualTo("0: -XX:+UseParallelGC|--module-path|.:/a/b|--add-modules|java.base,java.sql,tornado.runtime"
                        + "|@/a/b/export-list|-Dlast=1|");
    }

    @Test
    void anUnparseableSdkFileOrJdkReleaseIsLeftToTheJvm() throws IOException, InterruptedException {
        Path release = folder.resolve("release");
        Files.writeString(release, "MODULES=\"java.base\"");
        for (String line : List.of("-Da=\"b c\"", "-Da='b c'", "-Da=b\\", "-Da=b # why")) {
            Files.writeString(folder.resolve("argfile"), "-Dfirst=1\n" + line + "\n");
            assertThat(sdkOptions("argfile")).as(line).isEqualTo("0: @" + folder + "/argfile|");
        }
        Files.writeString(folder.resolve("argfile"), "-Dfirst=1\n");
        assertThat(sdkOptions("argfile")).isEqualTo("0: -Dfirst=1|");
        Files.writeString(release, "A=1");
        assertThat(sdkOptions("argfile")).isEqualTo("0: @" + folder + "/argfile|");
        Files.delete(release);
        assertThat(sdkOptions("argfile")).isEqualTo("0: @" + folder + "/argfile|");
    }

    private String sdkOptions(String file) throws IOException, InterruptedException {
        return run(
                "",
                Map.of("JAVA_HOME", folder.toString()),
                "sdk_options '" + folder.resolve(file) + "'; printf '%s|' \"${options[@]}\"");
    }
}
