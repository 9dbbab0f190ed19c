package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Devices;
import farsight.engine.OnDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An unreadable property for devices is one usage error, reported first. */
@OnDevice
class SettingsDeviceTest {

    @TempDir
    private Path folder;

    private static void with(String property, String value, Runnable body) {
        String before = System.setProperty(property, value);
        try {
            body.run();
        } finally {
            if (before == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, before);
            }
        }
    }

    /** Of every command that looks at devices: its words for that device. */
    private Stream<List<Object>> onDevice(String device) {
        Path golden = Cli.golden("gc-att-add");
        return Stream.of(
                List.of("devices"),
                List.of("doctor"),
                List.of("kernels", "--block", "gc", "--channels", "16"),
                List.of("kernels", "--block", "gc", "--channels", "16", "--device", device),
                List.of("check", "--block", "gc", "--channels", "16", "--device", device),
                List.of("describe", "--block", "gc", "--channels", "16", "--device", device),
                List.of(
                        "apply",
                        "--spec",
                        golden.resolve("block.json"),
                        "--input",
                        golden.resolve("input.safetensors"),
                        "--output",
                        folder.resolve("y.safetensors"),
                        "--device",
                        device),
                List.of("sweep", "--blocks", "gc", "--n", "16", "--output", folder.resolve("out"), "--device", device),
                List.of("sweep", "--blocks", "gc", "--n", "16", "--output", folder.resolve("out"), "--device", "all"));
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "farsight.kernels,junk,'expected auto, plain or groups'",
        "tornado.recover.bailout,True,'expected False, or nothing'",
        "tornado.device.memory,99999999TB,expected for example 20GB",
        "tornado.device.memory,junk,expected for example 20GB"
    })
    void everyCommandThatUsesDevicesFailsWithOneUsageError(String property, String value, String expected) {
        String device = Devices.present().getFirst().id();
        with(
                property,
                value,
                () -> onDevice(device)
                        .forEach(words -> Cli.run(words.toArray())
                                .isBadInput("farsight: -D" + property + "=" + value + ": " + expected)));
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"farsight.kernels", "tornado.device.memory", "tornado.recover.bailout"})
    void commandsOnTheJvmIgnoreIt(String property) {
        with(property, property.endsWith("bailout") ? "True" : "junk", () -> {
            Cli.run("describe", "--block", "gc", "--channels", "16").succeeds();
            Cli.run("check", "--block", "gc", "--channels", "16", "--n", "3x4").succeeds();
            Cli.run("check", "--block", "gc", "--channels", "16", "--n", "3x4", "--device", "java")
                    .succeeds();
        });
    }
}
