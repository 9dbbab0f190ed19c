package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.cli.output.ExitCode;
import farsight.engine.Devices;
import farsight.engine.OnDevice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in separate processes whose OpenCL drivers are hidden. */
@OnDevice
class DriverFailureDeviceTest {

    private record Ended(int code, String text) {}

    private static Ended run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "farsight.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), text);
    }

    private static void assertTold(Ended ended, String why) {
        assertThat(ended.code()).as(ended.text()).isEqualTo(ExitCode.FAILED);
        assertThat(ended.text().lines().filter(l -> l.startsWith("farsight: TornadoVM")))
                .singleElement()
                .asString()
                .startsWith("farsight: TornadoVM cannot list its devices: " + why)
                .endsWith("; `farsight doctor` looks at the drivers");
    }

    private static void assumeAllAre(String text) {
        assumeThat(Devices.present())
                .allSatisfy(e -> assertThat(e.id() + " " + e.description()).contains(text));
    }

    @Test
    void missingDriversAreReported(@TempDir Path empty) throws IOException, InterruptedException {
        assumeAllAre("opencl:");
        Map<String, String> hidden = Map.of("OCL_ICD_VENDORS", empty.toString());
        Ended devices = run(hidden, "devices");
        assertTold(devices, "there is no OpenCL driver: ");
        assertThat(devices.text()).contains("the plain loops as Java").doesNotContain("\tat ");
        assertTold(
                run(hidden, "kernels", "--block", "gc", "--n", "9", "--device", "opencl:0"),
                "there is no OpenCL driver: ");
    }

    @Test
    void aDriverWithoutDevicesIsReportedAndStacktraceWorks() throws IOException, InterruptedException {
        assumeAllAre("Portable Computing Language");
        Ended devices = run(Map.of("POCL_DEVICES", "none-of-them"), "--stacktrace", "devices");
        assertTold(devices, "its OpenCL drivers have no device that it takes. ");
        assertThat(devices.text()).contains("\tat ", "ArrayIndexOutOfBoundsException");
    }
}
