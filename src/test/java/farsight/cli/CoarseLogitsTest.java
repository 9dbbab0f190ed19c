package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.data.Safetensors;
import farsight.data.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoarseLogitsTest {

    private static final String[] WITH_SOFTMAX = {
        "{\"block\":\"nonlocal\",\"channels\":16,\"mode\":\"gaussian\"}",
        "{\"block\":\"nonlocal\",\"channels\":16,\"mode\":\"gaussian\",\"attention\":\"streaming\"}",
        "{\"block\":\"nonlocal\",\"channels\":16,\"subSample\":true}",
        "{\"block\":\"nonlocal\",\"channels\":16,\"attention\":\"streaming\"}",
        "{\"block\":\"dense\",\"channels\":16,\"normalizer\":\"softmax\"}",
        "{\"block\":\"snl\",\"channels\":16}",
        "{\"block\":\"gc\",\"channels\":16,\"ratio\":0.25}"
    };

    private static final String[] WITHOUT = {
        "{\"block\":\"nonlocal\",\"channels\":16,\"mode\":\"dot_product\"}",
        "{\"block\":\"dense\",\"channels\":16}",
        "{\"block\":\"gc\",\"channels\":16,\"ratio\":0.25,\"pooling\":\"avg\"}",
        "{\"block\":\"latentgnn\",\"channels\":16,\"latentDims\":[4]}",
        "{\"block\":\"latentgnn-talk\",\"channels\":16,\"latentDims\":[4]}"
    };

    @TempDir
    private Path folder;

    private Path features(String name, float value) throws IOException {
        float[] x = new float[16 * 64];
        Arrays.fill(x, value);
        for (int i = 0; i < x.length; i++) {
            x[i] += 0.01f * value * (float) Math.sin(i);
        }
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        Safetensors.write(
                file,
                new LinkedHashMap<>(Map.of(name.substring(0, name.indexOf('.')), Tensor.of(x, 1, 16, 8, 8))),
                Map.of());
        return file;
    }

    private Cli.Result apply(String spec, float value) throws IOException {
        return run(spec, value, "apply");
    }

    private Cli.Result gradient(String spec, float value) throws IOException {
        return run(spec, value, "gradient", "--upstream", features("dy.safetensors", 1f));
    }

    private Cli.Result run(String spec, float value, Object... command) throws IOException {
        List<Object> words = new ArrayList<>(List.of(command));
        words.addAll(List.of("--spec", Files.writeString(folder.resolve("block.json"), spec)));
        words.addAll(List.of("--input", features("x.safetensors", value)));
        words.addAll(List.of("--output", folder.resolve("out.safetensors")));
        return Cli.run(words.toArray());
    }

    private static long warnings(Cli.Result result) {
        return result.succeeds()
                .err()
                .lines()
                .filter(l -> l.contains("warning: the softmax"))
                .count();
    }

    @ParameterizedTest
    @ValueSource(floats = {2e6f, -1e8f})
    void logitsTooLargeForFloat32GiveOneWarning(float value) throws IOException {
        for (String spec : WITH_SOFTMAX) {
            assertThat(warnings(apply(spec, value))).as(spec).isEqualTo(1);
            assertThat(warnings(gradient(spec, value))).as(spec).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0f, 1f, -3f})
    void ordinaryFeaturesGiveNoWarning(float value) throws IOException {
        for (String spec : WITH_SOFTMAX) {
            assertThat(warnings(apply(spec, value))).as(spec).isZero();
            assertThat(warnings(gradient(spec, value))).as(spec).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1f, 1e8f})
    void blocksWithBoundedLogitsGiveNoWarning(float value) throws IOException {
        for (String spec : WITHOUT) {
            assertThat(warnings(apply(spec, value))).as(spec).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"255, 0.063 apart", "1e30, above 3.4e+38"})
    void theWarningGivesTheSpacingOfFloat32(float value, String saying) throws IOException {
        Cli.Result result = apply(WITH_SOFTMAX[1], value / 1.01f);
        assertThat(result.succeeds().err()).contains("warning: the softmax of this nonlocal", saying);
    }
}
