package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.NamedBlock;
import farsight.cli.output.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every usage error gives one line and exit code 2. */
class BadUsageTest {

    private static final Path SPEC = Cli.golden("gc-att-add").resolve("block.json");
    private static final Path INPUT = Cli.golden("gc-att-add").resolve("input.safetensors");

    @TempDir
    private Path folder;

    private static Cli.Result describe(Object... args) {
        List<Object> all = new ArrayList<>(List.of("describe"));
        all.addAll(Arrays.asList(args));
        return Cli.run(all.toArray());
    }

    @Test
    void invalidNumbers() {
        describe("--block", "latentgnn", "--channels", "10", "--d", "4").isBadInput("10", "channelStride 4");
        describe("--block", "latentgnn", "--d", "0").isBadInput("latentDims", "at least 1");
        describe("--block", "latentgnn", "--d", "-3").isBadInput("latentDims", "at least 1");
        describe("--block", "pam", "--d", "4").isBadInput("--d", "--block pam has no d");
        describe("--block", "ema", "--d", "4", "--set", "stages=2000000000").isBadInput("stages", "from 1 to 1,000");
        describe("--block", "nystrom", "--d", "4", "--set", "iterations=1001").isBadInput("iterations", "1,000");
        describe("--block", "latentgnn", "--d", "many").isBadInput("--d", "many");
        describe("--block", "latentgnn", "--d", "4,").isBadInput("--d", "4,", "100,50");
        for (String name : NamedBlock.names()) {
            if (NamedBlock.of(name).orElseThrow().latent()) {
                describe("--block", name).isBadInput("--block " + name, "missing", "--d");
            }
        }
        describe("--block", "gc", "--channels", "0").isBadInput("channels", "at least 1");
        describe("--block", "gc", "--n", "0").isBadInput("--n", "at least 1");
        describe("--block", "gc", "--n", "-5").isBadInput("--n", "at least 1");
        describe("--block", "gc", "--n", "lots").isBadInput("--n", "lots", "500x500");
        describe("--block", "gc", "--batch", "0").isBadInput("--batch", "not 0");
        describe("--block", "gc", "--memory", "big").isBadInput("--memory", "big", "8GB");
        describe("--block", "gc", "--n", "9000000000x9000000000").isBadInput("9000000000", "2^63");
        describe("--block", "nonlocal", "--n", "1x9", "--set", "subSample=true").isBadInput("subSample", "2×2");
        describe("--block", "nonlocal", "--n", "9000000000").isBadInput("9000000000", "2^63");
    }

    @Test
    void anUnknownDeviceListsTheAvailableOnes() {
        describe("--block", "gc", "--device", "cuda:7").isBadInput("cuda:7", "vector, java");
        Cli.run(
                        "apply",
                        "--spec",
                        SPEC,
                        "--input",
                        INPUT,
                        "--output",
                        folder.resolve("y.safetensors"),
                        "--device",
                        "gpu")
                .isBadInput("'gpu'", "vector, java");
    }

    @Test
    void invalidThreadCounts() {
        describe("--block", "gc", "--threads", "0").isBadInput("--threads", "0", "1 to 1,024");
        describe("--block", "gc", "--threads", "2", "--device", "java").isBadInput("--threads", "--device java");
    }

    @Test
    void badUsage() {
        Cli.run().isBadInput("no command", "describe", "apply");
        Cli.run("aply").isBadInput("no command 'aply'", "apply");
        Cli.run("apply").isBadInput("--input", "--output", "farsight apply --help");
        Cli.run("describe", "--block", "gc", "--devise", "java").isBadInput("--devise", "did you mean --device?");
        Cli.run("describe", "gc").isBadInput("'gc'");
        Cli.run("describe", "--spec", SPEC, "--block", "gc").isBadInput("--spec", "--block");
        Cli.run("describe").isBadInput("--spec", "--block", "--weights");
        Cli.run("describe", "--block", "gc", "--prefix", "foo.").isBadInput("--prefix", "--weights");
        Cli.run("describe", "--spec", "[]").isBadInput("--spec", "JSON object");
        Cli.run("describe", "--spec", "").isBadInput("--spec is empty");
        Cli.run("apply", "--block", "gc", "--input", "", "--output", "y.safetensors")
                .isBadInput("--input", "name is empty");
        Cli.run("apply", "--block", "gc", "--input", INPUT, "--output", "y.PNG")
                .isBadInput("y.PNG", "safetensors", "name of an image");
        Cli.run("apply", "--block", "gc", "--input", INPUT, "--output", "").isBadInput("--output", "name is empty");
        Cli.run("describe", "--spec", SPEC, "--channels", "4").isBadInput("--channels");
    }

    @Test
    void unknownSpecFields() {
        describe("--spec", "{\"block\":\"gc\",\"channels\":\"many\"}").isBadInput("--spec", "channels", "many");
        describe("--block", "gc", "--set", "fusion=[]").isBadInput("fusion", "at least one of channel_add");
        describe("--block", "gc", "--set", "ration=0.5").isBadInput("--block gc", "ration");
    }

    @Test
    void mistypedNamesGetASuggestion() {
        Cli.run("descirbe").isBadInput("descirbe", "did you mean \"describe\"?");
        describe("--block", "nonlocl").isBadInput("'nonlocl'", "did you mean \"nonlocal\"?");
        describe("--block", "gc", "--set", "ration=0.5").isBadInput("did you mean \"ratio\"?");
        describe("--block", "se", "--set", "gate=hard_sigmoid").isBadInput("did you mean \"hardsigmoid\"?");
        Cli.run("sweep", "--blocks", "gcr4", "--n", "16", "--output", folder.resolve("s"))
                .isBadInput("did you mean \"gc-r4\"?");
    }

    @Test
    void setCannotContradictTheNamedBlock() {
        describe("--block", "gc", "--set", "block=se").isBadInput("--set block=se", "--block gc");
        describe("--block", "gc-r4", "--set", "ratio=0.5").isBadInput("--set ratio=0.5", "--block gc-r4");
        describe("--block", "dense-softmax", "--set", "normalizer=count").isBadInput("--block dense-softmax");
        describe("--block", "gc", "--channels", "8", "--set", "channels=16").isBadInput("--channels", "same field");
        describe("--block", "latentgnn", "--d", "8", "--set", "latentDims=[4]").isBadInput("--d", "same field");
        describe("--block", "gc-r4", "--set", "ratio=0.25").succeeds();
    }

    @Test
    void helpCommandAndHelpOptionPrintTheSame() {
        assertThat(Cli.run("help").succeeds().out())
                .isEqualTo(Cli.run("--help").succeeds().out());
        for (String command : List.of("sweep", "describe", "kernels", "completion")) {
            assertThat(Cli.run("help", command).succeeds().out())
                    .isEqualTo(Cli.run(command, "--help").succeeds().out());
        }
        Cli.run("help", "swep").isBadInput("swep");
    }

    @Test
    void sizesThatOverflowALongAreRefusedByEveryCommand() {
        for (String n : List.of("2305843009213693952", "4294967296x4294967296")) {
            for (String block : NamedBlock.names()) {
                List<String> what = new ArrayList<>(List.of("--block", block, "--n", n));
                what.addAll(NamedBlock.of(block).orElseThrow().latent() ? List.of("--d", "4") : List.of());
                for (List<String> command : List.of(
                        List.of("describe"),
                        List.of("check"),
                        List.of("kernels", "--device", "java", "--pass", "forward"),
                        List.of("kernels", "--device", "java", "--pass", "both"))) {
                    List<String> all = new ArrayList<>(command);
                    all.addAll(what);
                    // Positions that a long counts are a question of memory.
                    boolean refused = command.contains("check") && !n.contains("x");
                    Cli.run(all.toArray())
                            .fails(
                                    refused ? ExitCode.REFUSED : ExitCode.BAD_INPUT,
                                    command.contains("kernels") ? "too large" : "2^63");
                }
            }
        }
        Cli.run("kernels", "--device", "java", "--block", "latentgnn", "--d", "2147483647", "--channels", "2147483644")
                .isBadInput("too large");
        Cli.run("kernels", "--device", "java", "--block", "gc", "--channels", "2147483647")
                .isBadInput("too large");
    }
}
