package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.cli.output.ExitCode;
import farsight.data.Safetensors;
import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Successful runs of {@code apply}. */
class ApplyTest {

    @TempDir
    private Path folder;

    private static JsonNode json(Cli.Result result) {
        return JsonMapper.shared().readTree(result.succeeds().out());
    }

    @Test
    void measuredBytesEqualThoseThatDescribePredicts() {
        Path golden = Cli.golden("latentgnn-mixture");
        JsonNode run = json(Cli.run(
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
                folder.resolve("g.safetensors"),
                "--json"));
        JsonNode described = json(Cli.run(
                "describe",
                "--spec",
                golden.resolve("block.json"),
                "--n",
                run.get("positions"),
                "--batch",
                run.get("shape").get(0),
                "--json"));
        assertThat(run.get("bytes"))
                .isEqualTo(described.get("passes").get("both").get("predictedBytes"));
    }

    @Test
    void applyWithoutWeightsSaysSoAndDependsOnTheSeedAlone() throws IOException {
        Path x = folder.resolve("x.safetensors");
        Safetensors.write(
                x, new LinkedHashMap<>(Map.of("x", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3))), Map.of());
        Path[] y = new Path[3];
        for (int i = 0; i < 3; i++) {
            y[i] = folder.resolve("y" + i + ".safetensors");
            Cli.Result result = Cli.run(
                    "apply", "--block", "dense", "--channels", "2", "--seed", i / 2, "--input", x, "--output", y[i]);
            assertThat(result.succeeds().err())
                    .isEqualToIgnoringNewLines("farsight: no --weights given: using random weights of seed " + i / 2);
        }
        assertThat(Safetensors.read(y[0]).get("y").shape()).containsExactly(1, 2, 3);
        assertThat(y[0]).hasSameBinaryContentAs(y[1]);
        assertThat(Files.mismatch(y[0], y[2])).isNotEqualTo(-1);
    }

    @Test
    void applyKeepsTheStatisticsOfNormsOverTheBatch() {
        Path golden = Cli.golden("latentgnn-batchnorm");
        Path statistics = folder.resolve("s.safetensors");
        Path weights = folder.resolve("w.safetensors");
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        Safetensors.read(golden.resolve("weights.safetensors")).forEach((name, t) -> network.put("net." + name, t));
        for (int batch = 1; batch <= 2; batch++) {
            Safetensors.write(weights, network, Map.of());
            Cli.run(
                            "apply",
                            "--spec",
                            golden.resolve("block.json"),
                            "--weights",
                            weights,
                            "--prefix",
                            "net",
                            "--input",
                            golden.resolve("input.safetensors"),
                            "--output",
                            folder.resolve("y.safetensors"),
                            "--statistics",
                            statistics)
                    .succeeds();
            network.putAll(Safetensors.read(statistics));
            assertThat(network.get("net.up_channel.1.num_batches_tracked")).isEqualTo(Tensor.of(new float[] {batch}));
        }
        assertThat(Safetensors.read(statistics).keySet())
                .contains("net.up_channel.1.running_mean", "net.LatentGNN_Kernel_0.psi_v2l.1.running_var")
                .hasSize(15);
        Cli.run(
                        "apply",
                        "--block",
                        "gc",
                        "--channels",
                        "12",
                        "--set",
                        "ratio=0.5",
                        "--input",
                        golden.resolve("input.safetensors"),
                        "--output",
                        folder.resolve("y.safetensors"),
                        "--statistics",
                        statistics)
                .isBadInput("--statistics", "norm batch");
    }

    @Test
    void applyWritesTheBasesUpdatedByTheBatch() {
        Path golden = Cli.golden("ema");
        Path statistics = folder.resolve("s.safetensors");
        Cli.run(
                        "apply",
                        "--spec",
                        golden.resolve("block.json"),
                        "--weights",
                        golden.resolve("weights.safetensors"),
                        "--input",
                        golden.resolve("input.safetensors"),
                        "--output",
                        folder.resolve("y.safetensors"),
                        "--statistics",
                        statistics)
                .succeeds();
        Tensor mu = Safetensors.read(statistics).firstEntry().getValue();
        Tensor expected =
                Safetensors.read(golden.resolve("statistics.safetensors")).get("mu");
        assertThat(Safetensors.read(statistics)).containsOnlyKeys("mu");
        assertThat(mu.shape()).isEqualTo(expected.shape());
        assertThat(mu.toArray()).usingComparatorWithPrecision(1e-6f).containsExactly(expected.toArray());
    }

    @Test
    void applyWarnsAboutNonFiniteInputs() {
        Path x = folder.resolve("x.safetensors");
        float[] values = {1, Float.NaN, 3, Float.POSITIVE_INFINITY};
        Safetensors.write(x, new LinkedHashMap<>(Map.of("x", Tensor.of(values, 1, 2, 2))), Map.of());
        Cli.Result result = Cli.run(
                "apply",
                "--block",
                "snl",
                "--channels",
                "2",
                "--input",
                x,
                "--output",
                folder.resolve("y.safetensors"));
        assertThat(result.succeeds().err()).contains("warning", "2 values of 4", "NaN or infinite", x.toString());
    }

    @Test
    void applyLiftsAnImageToTheBlocksChannels() throws IOException {
        Path image = folder.resolve("picture.png");
        ImageIO.write(new BufferedImage(12, 8, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
        Path y = folder.resolve("y.safetensors");

        Cli.run("apply", "--block", "gc", "--channels", "16", "--input", image, "--output", y)
                .succeeds();
        assertThat(Safetensors.read(y).get("y").shape()).containsExactly(1, 16, 8, 12);

        Cli.run("apply", "--block", "gc", "--channels", "16", "--input", image, "--output", y, "--positions", "24")
                .succeeds();
        assertThat(Safetensors.read(y).get("y").shape()).containsExactly(1, 16, 4, 6);

        Cli.run("apply", "--block", "gc", "--channels", "16", "--input", image, "--output", y, "--size", "3x5")
                .succeeds();
        assertThat(Safetensors.read(y).get("y").shape()).containsExactly(1, 16, 5, 3);

        for (String n : List.of("0", "-4", "2147483648")) {
            Cli.run("apply", "--block", "gc", "--channels", "16", "--input", image, "--output", y, "--positions=" + n)
                    .isBadInput("a grid of " + n + " positions: expected 1 to 2147483647");
        }
    }

    @Test
    void applyLiftsAPointCloudToTheBlocksChannels() throws IOException {
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
        Path y = folder.resolve("y.safetensors");
        Cli.Result result = Cli.run("apply", "--block", "snl", "--channels", "8", "--input", cloud, "--output", y);
        assertThat(result.succeeds().err()).contains("3 points", "x, y, z", "8 channels");
        assertThat(Safetensors.read(y).get("y").shape()).containsExactly(1, 8, 3);
        Cli.run("apply", "--block", "snl", "--input", cloud, "--output", y, "--positions", "2")
                .isBadInput("cloud.ply", "cannot be resized", "point cloud");
    }

    @Test
    void applyWritesLabelsAndFileIndicesOfPoints() throws IOException {
        Path cloud = Files.writeString(folder.resolve("labelled.ply"), """
                ply
                format ascii 1.0
                element vertex 4
                property float x
                property float y
                property float z
                property int label
                end_header
                0 0 1 7
                nan 0 0 8
                0 2 0 9
                3 0 0 70000
                """);
        Path y = folder.resolve("labelled.safetensors");
        Cli.run("apply", "--block", "snl", "--channels", "8", "--input", cloud, "--output", y)
                .succeeds();
        String text = Files.readString(y, StandardCharsets.ISO_8859_1);
        assertThat(text).contains("\"label\":{\"dtype\":\"I32\",\"shape\":[3]", "\"place\":{\"dtype\":\"I32\"");
        ByteBuffer end = ByteBuffer.wrap(Files.readAllBytes(y)).order(ByteOrder.LITTLE_ENDIAN);
        IntBuffer numbers = end.position(end.limit() - 6 * Integer.BYTES).asIntBuffer();
        int[] all = new int[6];
        numbers.get(all);
        assertThat(all).containsExactly(7, 9, 70000, 0, 2, 3);
    }

    /** A PCD of 4 × 6 points in rows, of which one may be missing. */
    private Path organised(String first) throws IOException {
        StringBuilder text = new StringBuilder("""
                VERSION 0.7
                FIELDS x y z
                SIZE 4 4 4
                TYPE F F F
                WIDTH 6
                HEIGHT 4
                POINTS 24
                DATA ascii
                """);
        for (int p = 0; p < 24; p++) {
            text.append(p == 0 ? first : p % 6).append(' ').append(p / 6).append(" 1\n");
        }
        return Files.writeString(folder.resolve("organised.pcd"), text);
    }

    @Test
    void pointsInRowsWithoutGapsAreAGridThatBlocksMaySubSample() throws IOException {
        Path y = folder.resolve("y.safetensors");
        Object[] args = {
            "apply",
            "--block",
            "nonlocal",
            "--set",
            "subSample=true",
            "--channels",
            "8",
            "--input",
            organised("0"),
            "--output",
            y
        };
        assertThat(Cli.run(args).succeeds().err()).contains("24 points in 4 rows of 6");
        assertThat(Safetensors.read(y).get("y").shape()).containsExactly(1, 8, 4, 6);
        organised("nan");
        Cli.run("apply", "--block", "nonlocal", "--channels", "8", "--input", args[8], "--output", y)
                .succeeds();
        try (SafetensorsFile file = SafetensorsFile.open(y)) {
            assertThat(file.shape("y")).containsExactly(1, 8, 23);
        }
    }

    @Test
    void deviationsFromAnInputsDeclarationAreNoted() throws IOException {
        Path cloud = Files.writeString(folder.resolve("words.ply"), """
                ply
                format ascii 1.0
                element vertex 2
                property float x
                property float y
                property float z
                property ushort red
                property ushort green
                property ushort blue
                end_header
                0 0 1 255 0 0
                0 2 0 0 255 0
                """);
        Path y = folder.resolve("y.safetensors");
        Cli.Result result = Cli.run("apply", "--block", "snl", "--channels", "8", "--input", cloud, "--output", y);
        assertThat(result.succeeds().err())
                .contains("farsight: warning: ", "words.ply has colours of type uint16 up to 255");
    }

    @Test
    void featuresThatExceedTheBudgetAreRefusedFromTheImagesHeader() throws IOException {
        Path image = folder.resolve("large.png");
        ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
        Path y = folder.resolve("y.safetensors");
        for (String command : new String[] {"apply", "inspect"}) {
            Cli.run(command, "--block", "gc", "--channels", "16", "--input", image, "--output", y, "--memory", "100kB")
                    .fails(
                            ExitCode.REFUSED,
                            "large.png has shape [1, 16, 48, 64] and needs 197 kB for x alone",
                            "the budget is 100 kB");
        }
        Cli.run("check", "--block", "gc", "--channels", "16", "--input", image, "--memory", "100kB")
                .fails(ExitCode.REFUSED, "needs 197 kB for x alone");
        Cli.run(
                        "apply",
                        "--block",
                        "gc",
                        "--channels",
                        "16",
                        "--input",
                        image,
                        "--output",
                        y,
                        "--memory",
                        "100kB",
                        "--positions",
                        "12")
                .succeeds();
    }
}
