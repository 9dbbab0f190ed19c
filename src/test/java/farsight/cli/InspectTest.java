package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import farsight.block.NamedBlock;
import farsight.cli.output.ExitCode;
import farsight.data.Safetensors;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code farsight inspect}: its output files; bad input leaves nothing behind. */
class InspectTest {

    @TempDir
    private Path folder;

    private Cli.Result inspect(Object... args) {
        List<Object> all = new ArrayList<>(List.of("inspect", "--output", folder.resolve("out")));
        all.addAll(List.of(args));
        return Cli.run(all.toArray());
    }

    private Cli.Result golden(String name, Object... args) {
        Path golden = Cli.golden(name);
        List<Object> all = new ArrayList<>(List.of(
                "--spec",
                golden.resolve("block.json"),
                "--weights",
                golden.resolve("weights.safetensors"),
                "--input",
                golden.resolve("input.safetensors")));
        all.addAll(List.of(args));
        return inspect(all.toArray());
    }

    private JsonNode numbers() throws IOException {
        return JsonMapper.shared().readTree(Files.readString(folder.resolve("out/inspection.json")));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense-softmax",
                "nonlocal-concatenation-subsample",
                "nonlocal-embedded-gaussian",
                "pam",
                "cam",
                "efficient",
                "double",
                "nystrom",
                "crisscross",
                "crisscross-twice",
                "ema",
                "latentgnn-mixture",
                "latentgnn",
                "latentgnn-talk",
                "gc-att-add",
                "snl",
                "se"
            })
    void everyBlockLeavesAPageNumbersAndItsPictures(String name) throws IOException {
        golden(name, "--image", "1").succeeds();
        JsonNode n = numbers();
        boolean attention = !name.equals("se") && !name.equals("cam");
        boolean spectrum = attention && !name.equals("snl") && !name.startsWith("gc");
        assertThat(files()).contains("index.html", "inspection.json");
        assertThat(files().contains("maps-attention.png")).isEqualTo(attention);
        assertThat(files().contains("spectrum.png")).isEqualTo(spectrum);
        assertThat(files().contains("captured.svg")).isEqualTo(spectrum);
        boolean nodes = NamedBlock.of(name.replaceFirst("-mixture", ""))
                .filter(NamedBlock::latent)
                .isPresent();
        assertThat(files().stream().anyMatch(f -> f.startsWith("nodes-"))).isEqualTo(nodes);
        for (String file : files()) {
            if (file.endsWith(".png")) {
                assertThat(ImageIO.read(folder.resolve("out").resolve(file).toFile())
                                .getWidth())
                        .isEqualTo(1800);
            }
        }
        assertThat(n.get("image").intValue()).isEqualTo(1);
        assertThat(n.get("inputCosine").get("average").doubleValue()).isBetween(0.0, 1.0);
        assertThat(n.get("attentions").size())
                .isEqualTo(
                        !attention
                                ? 0
                                : List.of("latentgnn-mixture", "efficient", "crisscross-twice")
                                                .contains(name)
                                        ? 3
                                        : 1);
        String page = Files.readString(folder.resolve("out/index.html"));
        assertThat(page.contains("both passes")).isEqualTo(name.equals("crisscross-twice"));
        assertThat(page.contains("sum of the kernels"))
                .isEqualTo(name.equals("latentgnn-mixture") || name.equals("efficient"));
        assertThat(page).contains("Embedded Gaussian (GCNet)", "0.402", "ICCVW 2019", "farsight inspect");
        assertThat(page.replace("xmlns=\"http://www.w3.org/2000/svg\"", ""))
                .doesNotContain("http:", "https:", "<script", "src=");
    }

    @Test
    void theTableOfRanksHasShortHeaders() throws IOException {
        golden("latentgnn-mixture", "--rank", "1,4,16,64").succeeds();
        String page = Files.readString(folder.resolve("out/index.html"));
        assertThat(page).containsPattern("for.90.%</th>").containsPattern(">rank.16</th>");
        assertThat(page).doesNotContainPattern("best.of.rank.16</th>").containsPattern("<td>kernel.0</td>");
    }

    @Test
    void jsonOutputEqualsTheFile() throws IOException {
        Cli.Result result = golden("gc-att-add", "--json").succeeds();
        assertThat(JsonMapper.shared().readTree(result.out())).isEqualTo(numbers());
    }

    @Test
    void theSameCommandGivesTheSameNumbers() throws IOException {
        golden("latentgnn", "--queries", "3").succeeds();
        JsonNode first = numbers().get("attentions");
        golden("latentgnn", "--queries", "3", "--overwrite").succeeds();
        assertThat(numbers().get("attentions")).isEqualTo(first);
    }

    @Test
    void anInspectionIsReplacedOnlyWithOverwriteAndCompletely() throws IOException {
        golden("latentgnn-mixture").succeeds();
        String before = Files.readString(folder.resolve("out/inspection.json"));
        golden("snl").isBadInput("out", "--overwrite");
        assertThat(Files.readString(folder.resolve("out/inspection.json"))).isEqualTo(before);
        Files.writeString(folder.resolve("out/notes.txt"), "mine");
        golden("snl", "--overwrite").succeeds();
        assertThat(files())
                .containsExactly(
                        "index.html", "inspection.json", "maps-attention.png", "maps.safetensors", "notes.txt");
    }

    @Test
    void filesWithItsNamesAreReplacedOnlyWithOverwrite() throws IOException {
        Path out = Files.createDirectories(folder.resolve("out"));
        for (String name : List.of("index.html", "spectrum.svg", "maps-attention.png")) {
            Path file = Files.writeString(out.resolve(name), "mine");
            golden("snl").isBadInput(file.toString(), "--overwrite");
            assertThat(file).hasContent("mine");
            Files.delete(file);
        }
        Path page = Files.writeString(out.resolve("index.html"), "mine");
        golden("snl", "--overwrite").succeeds();
        assertThat(page).content().contains("<html");
    }

    @Test
    void aPictureOfOneColourGetsEqualWeightsInside() throws IOException {
        Path image = folder.resolve("grey.png");
        BufferedImage grey = new BufferedImage(12, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 96; i++) {
            grey.setRGB(i % 12, i / 12, 0x808080);
        }
        ImageIO.write(grey, "png", image.toFile());
        Cli.Result result = inspect("--block", "dense", "--channels", "8", "--input", image, "--queries", "6,4;0,0");
        assertThat(result.succeeds().err()).contains("no --weights given", "lifted to 8 channels");
        assertThat(numbers().get("queries").get(0).get("position").intValue()).isEqualTo(4 * 12 + 6);
        assertThat(numbers().get("about").get("Weights").stringValue()).contains("Random weights");
        assertThat(numbers().get("inputCosine").get("average").doubleValue()).isBetween(0.0, 0.5);
    }

    @Test
    void parallelFeaturesGiveNoAnswer() {
        Path x = folder.resolve("x.safetensors");
        Tensor same = Tensor.of(new float[] {1, 2, 3, 4, 2, 4, 6, 8}, 1, 2, 2, 2);
        Safetensors.write(x, new LinkedHashMap<>(Map.of("x", same)), Map.of());
        Cli.Result result = inspect("--block", "nonlocal", "--channels", "2", "--input", x);
        assertThat(result.succeeds().out())
                .contains("The input cannot tell", "all positions point the same way")
                .doesNotContain("Hardly", "ratio");
    }

    @Test
    void cloudsAreMappedFromAboveAndPlainPointsAreNot() throws IOException {
        Path cloud = Files.writeString(folder.resolve("cloud.ply"), """
                ply
                format ascii 1.0
                element vertex 3
                property float x
                property float y
                property float z
                end_header
                0 0 1
                0 2 0
                3 0 0
                """);
        inspect("--block", "latentgnn", "--channels", "8", "--d", "2", "--input", cloud, "--queries", "p2")
                .succeeds();
        assertThat(Files.readString(folder.resolve("out/index.html")))
                .contains("query 1 (p2)", "the number of its point")
                .doesNotContain("column and row");
        assertThat(files()).contains("maps-attention.png", "nodes-latent-gather.png");
        Path points = folder.resolve("points.safetensors");
        Safetensors.write(
                points, new LinkedHashMap<>(Map.of("x", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3))), Map.of());
        Cli.Result result =
                inspect("--block", "nonlocal", "--channels", "2", "--input", points, "--overwrite", "--rank", "2");
        assertThat(result.succeeds().out()).contains("nothing to draw maps on");
        assertThat(files()).noneMatch(f -> f.startsWith("maps-")).contains("spectrum.png");
        JsonNode captured = numbers().get("attentions").get(0).get("spectrum").get("captured");
        assertThat(captured.get("2").doubleValue()).isCloseTo(1, within(1e-3));
    }

    @Test
    void badInputIsOneLineAndLeavesNothing() throws IOException {
        golden("snl", "--queries", "99,0").isBadInput("99,0 lies outside", "columns 0 to");
        golden("snl", "--queries", "many").isBadInput("--queries", "many", "10,20;30,5");
        golden("snl", "--queries", "0").isBadInput("--queries", "1 to 24");
        golden("snl", "--rank", "0").isBadInput("--rank", "at least 1");
        golden("snl", "--image", "2").isBadInput("--image 2", "has 2");
        golden("snl", "--device", "gpu").isBadInput("gpu", "vector");
        inspect("--block", "nosuch", "--input", "x.png").isBadInput("nosuch");
        inspect("--spec", folder.resolve("no.json"), "--input", "x.png").isBadInput("no.json", "no such file");
        inspect("--block", "snl", "--input", folder.resolve("no.png")).isBadInput("no.png", "no such file");
        inspect("--block", "snl").isBadInput("--input");
        golden("nonlocal-dot-product", "--memory", "1kB").fails(ExitCode.REFUSED, "the budget is 1.00 kB");
        Path x = folder.resolve("x.safetensors");
        Safetensors.write(
                x, new LinkedHashMap<>(Map.of("x", Tensor.of(new float[] {1, Float.NaN}, 1, 2, 1))), Map.of());
        inspect("--block", "snl", "--channels", "2", "--input", x).isBadInput("x.safetensors", "NaN");
        assertThat(folder.resolve("out")).doesNotExist();
        Cli.run("inspect", "--block", "snl", "--channels", "2", "--input", x, "--output", x.resolve("deeper"))
                .isBadInput("x.safetensors", "is not a folder");
        Cli.run("inspect", "--block", "snl", "--channels", "2", "--input", x, "--output", x)
                .isBadInput("x.safetensors", "is not a folder");
    }

    /** Softmax modes by their golden case, and whether keys are pooled. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense-softmax",
                "nonlocal-gaussian",
                "nonlocal-gaussian-subsample",
                "nonlocal-embedded-gaussian",
                "nonlocal-embedded-gaussian-subsample",
                "snl",
                "gc-att-add"
            })
    void theValuesOfSoftmaxMapsSumToOneAndTheNumbersSayWhereTheyAre(String name) throws IOException {
        golden(name, "--queries", "3").succeeds();
        JsonNode maps = numbers().get("attentions").get(0).get("maps");
        Tensor values = map(maps);
        int each = (int) values.elements() / maps.get("shape").get(0).intValue();
        assertThat(numbers().get("attentions").get(0).get("keys").intValue()).isEqualTo(each);
        for (int k = 0; k < maps.get("shape").get(0).intValue(); k++) {
            double sum = 0;
            double max = Double.NEGATIVE_INFINITY;
            double min = Double.POSITIVE_INFINITY;
            for (int j = 0; j < each; j++) {
                float v = values.values().getAtIndex(ValueLayout.JAVA_FLOAT, (long) k * each + j);
                sum += v;
                max = Math.max(max, v);
                min = Math.min(min, v);
            }
            assertThat(sum).isCloseTo(1, within(1e-5));
            assertThat(maps.get("sum").get(k).doubleValue()).isCloseTo(sum, within(1e-12));
            assertThat(maps.get("max").get(k).doubleValue()).isEqualTo(max);
            assertThat(maps.get("min").get(k).doubleValue()).isEqualTo(min);
        }
    }

    private Tensor map(JsonNode maps) {
        Tensor values = Safetensors.read(
                        folder.resolve("out").resolve(maps.get("file").stringValue()))
                .get(maps.get("tensor").stringValue());
        List<Long> shape = new ArrayList<>();
        maps.get("shape").forEach(extent -> shape.add(extent.longValue()));
        assertThat(values.shape())
                .containsExactly(shape.stream().mapToLong(extent -> extent).toArray());
        return values;
    }

    /** A_ij = exp(x_i·x_j) / Σ_k exp(x_i·x_k), in double precision. */
    @Test
    void theValuesOfAGaussianMapMatchItsEquation() throws IOException {
        golden("nonlocal-gaussian", "--queries", "1,2;0,0").succeeds();
        Tensor x = Safetensors.read(Cli.golden("nonlocal-gaussian").resolve("input.safetensors"))
                .get("x");
        int channels = (int) x.shape()[1];
        int n = (int) (x.shape()[2] * x.shape()[3]);
        Tensor values = map(numbers().get("attentions").get(0).get("maps"));
        for (int k = 0; k < 2; k++) {
            int query = numbers().get("queries").get(k).get("position").intValue();
            double[] weights = new double[n];
            double all = 0;
            for (int j = 0; j < n; j++) {
                double dot = 0;
                for (int c = 0; c < channels; c++) {
                    dot += at(x, (long) c * n + query) * at(x, (long) c * n + j);
                }
                weights[j] = Math.exp(dot);
                all += weights[j];
            }
            for (int j = 0; j < n; j++) {
                assertThat(at(values, (long) k * n + j)).isCloseTo(weights[j] / all, within(1e-5));
            }
        }
    }

    private static double at(Tensor t, long i) {
        return t.values().getAtIndex(ValueLayout.JAVA_FLOAT, i);
    }

    @Test
    void latentNodesHaveValuesAndABlockWithoutMapsHasNoFile() throws IOException {
        golden("latentgnn-mixture", "--queries", "2").succeeds();
        for (JsonNode node : numbers().get("latentNodes")) {
            Tensor psi = map(node.get("maps"));
            assertThat(psi.shape()[0]).isEqualTo(node.get("d").longValue());
            assertThat(psi.shape()).hasSize(4 - 1);
        }
        for (JsonNode attention : numbers().get("attentions")) {
            assertThat(map(attention.get("maps")).shape()[0]).isEqualTo(2);
        }
        golden("se", "--overwrite").succeeds();
        assertThat(files()).doesNotContain("maps.safetensors");
    }

    /** 7×5 positions: the last row and the last column are in no 2×2 window. */
    @Test
    void positionsThatAreNotKeysAreInTheLegendAndSpectraEndAtTheKeys() throws IOException {
        Path file = folder.resolve("odd.safetensors");
        Tensor x = Tensor.allocate(1, 8, 7, 5);
        Synthetic.normal(x.values(), x.elements(), 3);
        Safetensors.write(file, new LinkedHashMap<>(Map.of("x", x)), Map.of());
        List<Object> block =
                List.of("--block", "nonlocal", "--channels", "8", "--set", "subSample=true", "--input", file);
        inspect(block.toArray()).succeeds();
        String page = Files.readString(folder.resolve("out/index.html"));
        assertThat(page).contains("no key: outside of every 2×2 window", "lie in no window, are no keys");
        JsonNode maps = numbers().get("attentions").get(0).get("maps");
        assertThat(map(maps).shape()).containsExactly(5, 3, 2);
        JsonNode spectrum = numbers().get("attentions").get(0).get("spectrum");
        assertThat(spectrum.get("keys").intValue()).isEqualTo(6);
        assertThat(spectrum.get("singular").size()).isLessThanOrEqualTo(6);
        assertThat(spectrum.get("captured").propertyNames()).containsExactly("1", "4");
        assertThat(page).contains(">rank 4<").doesNotContain("rank 16", "rank 64");
        List<Object> more = new ArrayList<>(block);
        more.addAll(List.of("--overwrite", "--rank", "3,64"));
        assertThat(inspect(more.toArray()).succeeds().out()).contains("rank above 6, so higher ones are left out");
        golden("nonlocal-gaussian", "--overwrite").succeeds();
        assertThat(Files.readString(folder.resolve("out/index.html"))).doesNotContain("no key");
    }
}
