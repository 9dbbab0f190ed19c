package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The default of {@code --threads} is the JVM's number of processors, which taskset and a container's quota lower. */
class ProcessorsTest {

    @ParameterizedTest
    @CsvSource({"1,'1 thread, '", "3,'3 threads, '"})
    void threadsDefaultToTheJvmsProcessors(int processors, String told) throws IOException, InterruptedException {
        assertThat(devices("-XX:ActiveProcessorCount=" + processors)).contains(told);
    }

    private static String devices(String option) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                option,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "devices"));
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor()).as(out).isZero();
        return out;
    }
}
