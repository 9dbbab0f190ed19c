package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.data.Safetensors;
import farsight.data.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the commands with libtorch's autograd in double precision. */
class GoldenCommandTest {

    /** Below this norm a golden tensor counts as 0. */
    private static final double ZERO = 1e-6;

    @TempDir
    private Path folder;

    static Stream<Arguments> cases() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("src/test/resources/golden"))) {
            List<Path> folders = all.filter(Files::isDirectory).sorted().toList();
            return folders.stream()
                    .flatMap(c -> Stream.of("java", "vector")
                            .map(device -> Arguments.of(c.getFileName().toString(), device)));
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void applyGivesTheOutputOfTheGoldenCase(String name, String device) {
        Path golden = Cli.golden(name);
        Path output = folder.resolve("y.safetensors");

        Cli.run(
                        "apply",
                        "--spec",
                        golden.resolve("block.json"),
                        "--weights",
                        golden.resolve("weights.safetensors"),
                        "--input",
                        golden.resolve("input.safetensors"),
                        "--output",
                        output,
                        "--device",
                        device)
                .succeeds();

        assertClose(Safetensors.read(output), golden.resolve("output.safetensors"), 1e-5);
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void gradientGivesTheGradientsOfTheGoldenCase(String name, String device) {
        Path golden = Cli.golden(name);
        Path output = folder.resolve("g.safetensors");

        Cli.run(
                        "gradient",
                        "--spec",
                        golden.resolve("block.json"),
                        "--weights",
                        golden.resolve("weights.safetensors"),
                        "--input",
                        golden.resolve("input.safetensors"),
                        "--upstream",
                        golden.resolve("upstream.safetensors"),
                        "--output",
                        output,
                        "--device",
                        device)
                .succeeds();

        assertClose(Safetensors.read(output), golden.resolve("gradients.safetensors"), 1e-4);
    }

    private static void assertClose(SequencedMap<String, Tensor> ours, Path goldenFile, double tolerance) {
        SequencedMap<String, Tensor> golden = Safetensors.read(goldenFile);
        assertThat(ours.keySet()).containsExactlyInAnyOrderElementsOf(golden.keySet());
        // Where golden is 0, terms of the size of the other gradients cancel, rounded to float32.
        double scale = golden.values().stream()
                .mapToDouble(GoldenCommandTest::norm)
                .max()
                .orElseThrow();
        golden.forEach((name, expected) -> {
            Tensor actual = ours.get(name);
            assertThat(actual.shape()).as("shape of %s", name).isEqualTo(expected.shape());
            double bound = norm(expected) < ZERO ? ZERO * Math.max(1, scale) : tolerance * norm(expected);
            assertThat(distance(actual, expected)).as("error of %s", name).isLessThanOrEqualTo(bound);
        });
    }

    private static double norm(Tensor t) {
        return distance(t, Tensor.allocate(t.shape()));
    }

    private static double distance(Tensor a, Tensor b) {
        double sum = 0;
        for (long i = 0; i < a.elements(); i++) {
            double difference = (double) a.get(i) - b.get(i);
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }
}
