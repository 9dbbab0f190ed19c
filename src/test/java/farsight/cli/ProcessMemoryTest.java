package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.data.Safetensors;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.HostMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A process's peak memory is at most the predicted one, when started as the launcher starts it. */
class ProcessMemoryTest {

    private static final int N = 300_000;

    @TempDir
    private Path folder;

    private void write(String name) {
        Tensor x = Tensor.allocate(1, 64, N);
        Synthetic.normal(x.values(), x.elements(), name.length());
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>(Map.of(name, x));
        Safetensors.write(folder.resolve(name), tensors, Map.of());
    }

    private JsonNode run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:+UseParallelGC",
                "-Xmn32m",
                "-XX:MaxDirectMemorySize=2g",
                "-cp",
                System.getProperty("java.class.path"),
                "farsight.cli.Main"));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "--channels", "64", "--json", "--input", folder.resolve("x").toString()));
        command.addAll(List.of("--output", folder.resolve("out.safetensors").toString()));
        Shell.Ended ended = Shell.run(folder, command);
        assertThat(ended.code()).as(String.join("\n", ended.err())).isZero();
        return JsonMapper.shared().readTree(ended.out());
    }

    @Test
    void peakMemoryIsAtMostThePredictionAndNotMuchLess() throws Exception {
        assumeThat(HostMemory.peak()).as("highest resident size, told by /proc").isPositive();
        write("x");
        write("dy");
        JsonNode applied = run("apply", "--block", "gc");
        JsonNode differentiated = run(
                "gradient", "--block", "gc", "--upstream", folder.resolve("dy").toString());
        for (JsonNode told : List.of(applied, differentiated)) {
            long peak = told.get("peakBytes").longValue();
            assertThat(peak).isGreaterThan(told.get("bytes").longValue());
            assertThat(told.get("processBytes").longValue()).isBetween(peak, peak * 3 / 2);
        }
    }
}
