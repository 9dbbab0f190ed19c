package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.OnDevice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@OnDevice
class KernelsDeviceTest {

    @TempDir
    private Path folder;

    static Stream<String> devices() {
        return Devices.present().stream().map(Engine::id);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void everyKernelIsCompiledToCodeThatBearsItsName(String device) {
        JsonNode d = JsonMapper.shared()
                .readTree(Cli.run(
                                "kernels",
                                "--block",
                                "latentgnn",
                                "--channels",
                                "16",
                                "--d",
                                "8",
                                "--pass",
                                "both",
                                "--device",
                                device,
                                "--json")
                        .succeeds()
                        .out());
        assertThat(d.get("kernels").size()).isGreaterThan(10);
        d.get("kernels").forEach(k -> {
            String method = k.get("method").stringValue();
            assertThat(k.get("java").stringValue()).contains("public static void " + method + "(");
            assertThat(k.get("code").stringValue()).contains(method);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void theJavaFileAndTheDeviceFileAreWrittenTogether(String device) throws IOException {
        // TornadoVM prints the code: standard output is taken over meanwhile, and must be given back.
        PrintStream before = System.out;
        Cli.Result result = Cli.run(
                "kernels", "--block", "snl", "--channels", "8", "--device", device, "--n", "97", "--output", folder);
        assertThat(result.succeeds().out()).contains("compiled for " + device, "97 positions");
        assertThat(System.out).isSameAs(before);
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString().replaceAll("\\..*", "")))
                    .allSatisfy(name -> assertThat(folder.toFile().list((_, f) -> f.startsWith(name + ".")))
                            .hasSize(2));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void showingAKernelsCodeDoesNotAllocateItsArrays(String device) {
        // An affinity of 40,000² floats takes 6.4 GB in one array.
        assertThat(Cli.run(
                                "kernels",
                                "--block",
                                "dense",
                                "--channels",
                                "4",
                                "--n",
                                "40000",
                                "--device",
                                device,
                                "--kernel",
                                "matMulRightTransposed")
                        .succeeds()
                        .out())
                .contains("40000");
    }
}
