package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.cli.output.ExitCode;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of bad input gives one line and exit code 2, and nothing is written. */
class BadInputTest {

    private static final Path CASE = Cli.golden("gc-att-add");
    private static final Path SPEC = CASE.resolve("block.json");
    private static final Path WEIGHTS = CASE.resolve("weights.safetensors");
    private static final Path INPUT = CASE.resolve("input.safetensors");
    private static final Path UPSTREAM = CASE.resolve("upstream.safetensors");

    @TempDir
    private Path folder;

    @TempDir
    private Path outputs;

    @AfterEach
    void nothingWasWritten() throws IOException {
        try (Stream<Path> left = Files.list(outputs)) {
            assertThat(left).isEmpty();
        }
    }

    private Cli.Result apply(Object spec, Object weights, Object input) {
        return applyTo(outputs.resolve("y.safetensors"), spec, weights, input);
    }

    private static Cli.Result applyTo(Object output, Object spec, Object weights, Object input) {
        return Cli.run("apply", "--spec", spec, "--weights", weights, "--input", input, "--output", output);
    }

    private Cli.Result gradient(Object input, Object upstream) {
        return Cli.run(
                "gradient",
                "--spec",
                SPEC,
                "--weights",
                WEIGHTS,
                "--input",
                input,
                "--upstream",
                upstream,
                "--output",
                outputs.resolve("g.safetensors"));
    }

    private Path file(String name, byte[] content) {
        try {
            return Files.write(folder.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private Path tensors(String name, Map<String, Tensor> tensors) {
        Path path = folder.resolve(name);
        Safetensors.write(path, new LinkedHashMap<>(tensors), Map.of());
        return path;
    }

    /** A safetensors file with any header over zeros. */
    private Path raw(String name, String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        return file(name, bytes.array());
    }

    private static Tensor zeros(long... shape) {
        return Tensor.allocate(shape);
    }

    @Test
    void aMissingFile() {
        apply(folder.resolve("no.json"), WEIGHTS, INPUT).isBadInput("no.json", "no such file");
        apply(SPEC, folder.resolve("no.safetensors"), INPUT).isBadInput("no.safetensors", "no such file");
        apply(SPEC, WEIGHTS, folder.resolve("no.safetensors")).isBadInput("no.safetensors", "no such file");
        apply(SPEC, WEIGHTS, folder.resolve("no.png")).isBadInput("no.png", "no such file");
        apply(SPEC, WEIGHTS, folder.resolve("no.what")).isBadInput("no.what", "no such file");
        gradient(INPUT, folder.resolve("no.safetensors")).isBadInput("no.safetensors", "no such file");
    }

    @Test
    void aFolderInPlaceOfAFile() {
        apply(folder, WEIGHTS, INPUT).isBadInput(folder.toString(), "folder");
        apply(SPEC, folder, INPUT).isBadInput(folder.toString(), "folder");
        apply(SPEC, WEIGHTS, folder).isBadInput(folder.toString(), "folder");
        gradient(INPUT, folder).isBadInput(folder.toString(), "folder");
    }

    @Test
    void aFileOfAnotherKind() {
        Path text = file("weights.safetensors", "these are no tensors, whatever the name says");
        apply(SPEC, text, INPUT).isBadInput("weights.safetensors", "not a safetensors file");
        apply(SPEC, WEIGHTS, file("x.npy", "these are no tensors")).isBadInput("x.npy", "expected a safetensors file");
        apply(SPEC, WEIGHTS, file("x.png", "no picture")).isBadInput("x.png", "image");
        apply(INPUT, WEIGHTS, INPUT).isBadInput("input.safetensors");
    }

    @Test
    void aTruncatedFile() throws IOException {
        byte[] whole = Files.readAllBytes(INPUT);
        Path cut = file("cut.safetensors", Arrays.copyOf(whole, whole.length - 5));
        apply(SPEC, WEIGHTS, cut).isBadInput("cut.safetensors", "truncated");
        apply(SPEC, WEIGHTS, file("empty.safetensors", "")).isBadInput("empty.safetensors", "too short");
    }

    @Test
    void aHeaderWithWrongLengths() {
        Path lying = raw("lie.safetensors", "{\"x\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,8]}}", 8);
        apply(SPEC, WEIGHTS, lying).isBadInput("lie.safetensors", "16 bytes");
    }

    @Test
    void aTensorOfAnotherType() {
        Path whole =
                raw("int.safetensors", "{\"x\":{\"dtype\":\"I64\",\"shape\":[1,16,2],\"data_offsets\":[0,256]}}", 256);
        apply(SPEC, WEIGHTS, whole).isBadInput("int.safetensors", "\"x\"", "I64", "F32");
    }

    @Test
    void aMissingTensor() {
        Path other = tensors("other.safetensors", Map.of("features", zeros(1, 16, 4)));
        apply(SPEC, WEIGHTS, other).isBadInput("other.safetensors", "\"x\"", "\"features\"");
        gradient(INPUT, INPUT).isBadInput("input.safetensors", "\"dy\"");
    }

    @Test
    void anInputOfAnotherShapeThanTheSpecWants() {
        Path wide = tensors("wide.safetensors", Map.of("x", zeros(1, 24, 5, 7)));
        apply(SPEC, WEIGHTS, wide).isBadInput("wide.safetensors", "[1, 24, 5, 7]", "24 channels", "16 channels");
        Path flat = tensors("flat.safetensors", Map.of("x", zeros(16, 4)));
        apply(SPEC, WEIGHTS, flat).isBadInput("flat.safetensors", "[16, 4]", "[batch, channels, positions]");
        Path none = tensors("none.safetensors", Map.of("x", zeros(1, 16, 0)));
        apply(SPEC, WEIGHTS, none).isBadInput("none.safetensors", "[1, 16, 0]", "at least 1");
    }

    @Test
    void featuresOnAGridThatTheSpecDoesNotAccept() {
        Path video = tensors("video.safetensors", Map.of("x", zeros(1, 16, 2, 3, 4)));
        apply(SPEC, WEIGHTS, video)
                .isBadInput("video.safetensors", "[1, 16, 2, 3, 4]", "expects [batch, channels, height, width] or");
        for (String grid : List.of("1d", "3d")) {
            Path golden = Cli.golden("nonlocal-%s-subsample".formatted(grid));
            Path grids = tensors("grids.safetensors", Map.of("x", zeros(1, 8, 4, 6)));
            apply(golden.resolve("block.json"), golden.resolve("weights.safetensors"), grids)
                    .isBadInput(
                            "grids.safetensors",
                            "[1, 8, 4, 6]",
                            grid.equals("1d")
                                    ? "the nonlocal spec expects [batch, channels, positions]"
                                    : "the nonlocal spec expects [batch, channels, time, height, width]");
        }
        Path single = tensors("single.safetensors", Map.of("x", zeros(1, 8, 1)));
        Path line = Cli.golden("nonlocal-1d-subsample");
        apply(line.resolve("block.json"), line.resolve("weights.safetensors"), single)
                .isBadInput("subSample pools 2 positions", "at least 2, not 1");
        Path narrow = tensors("narrow.safetensors", Map.of("x", zeros(1, 8, 4, 1, 6)));
        Path video3d = Cli.golden("nonlocal-3d-subsample");
        apply(video3d.resolve("block.json"), video3d.resolve("weights.safetensors"), narrow)
                .isBadInput("subSample pools 2×2", "at least 2×2 positions, not 1×6");
    }

    @Test
    void anUpstreamGradientOfAnotherShapeThanTheInput() {
        Path dy = tensors("dy.safetensors", Map.of("dy", zeros(1, 16, 9)));
        gradient(INPUT, dy).isBadInput("dy.safetensors", "[1, 16, 9]", "[2, 16, 5, 6]", "input.safetensors");
    }

    @Test
    void weightsThatDoNotFitTheSpecAreListedTogether() {
        SequencedMap<String, Tensor> weights = Safetensors.read(WEIGHTS);
        weights.remove("conv_mask.bias");
        weights.put("channel_add_conv.0.weight", zeros(4, 8, 1, 1));
        weights.put("running_mean", zeros(4));
        weights.put("channel_add_conv.1.num_batches_tracked", zeros(1));
        Path file = tensors("w.safetensors", weights);
        apply(SPEC, file, INPUT)
                .isBadInput(
                        "w.safetensors",
                        "missing conv_mask.bias [1]",
                        "channel_add_conv.0.weight has shape [4, 8, 1, 1], expected [4, 16, 1, 1]",
                        "no parameter of the block: running_mean");
        assertThat(apply(SPEC, file, INPUT).err()).doesNotContain("num_batches_tracked");
    }

    @Test
    void aCheckpointOfANetworkGivenWithoutItsPrefix() {
        SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
        Safetensors.read(WEIGHTS).forEach((name, tensor) -> weights.put("layer3.gc." + name, tensor));
        apply(SPEC, tensors("net.safetensors", weights), INPUT).isBadInput("net.safetensors", "prefix layer3.gc.");
    }

    @Test
    void anInvalidSpec() {
        apply(file("s.json", "{\"block\": \"gc\""), WEIGHTS, INPUT).isBadInput("s.json", "not valid JSON");
        apply(file("s.json", "[1, 2]"), WEIGHTS, INPUT).isBadInput("s.json", "JSON object");
        apply(file("s.json", ""), WEIGHTS, INPUT).isBadInput("s.json");
        apply(file("s.json", new byte[] {(byte) 0xff, (byte) 0xfe, 0}), WEIGHTS, INPUT)
                .isBadInput("s.json", "UTF-16", "UTF-8");
        apply(file("s.json", "{\"block\":\"gc\"}".getBytes(StandardCharsets.UTF_16LE)), WEIGHTS, INPUT)
                .isBadInput("s.json", "UTF-16", "UTF-8");
        apply(file("s.json", " ".repeat(2_000_000)), WEIGHTS, INPUT).isBadInput("s.json", "too large");
        apply(file("s.json", "{\"block\": \"gc\",\n \"channels\": 16,,}"), WEIGHTS, INPUT)
                .isBadInput("s.json", "line 2, column 17");
    }

    @Test
    void anUnknownFieldOrValueInASpecNamesTheFile() {
        apply(file("s.json", "{\"block\":\"gc\",\"channels\":16,\"ration\":0.5}"), WEIGHTS, INPUT)
                .isBadInput("s.json", "ration", "ratio");
        apply(file("s.json", "{\"block\":\"gcn\",\"channels\":16}"), WEIGHTS, INPUT)
                .isBadInput("s.json", "gcn", "latentgnn");
        apply(file("s.json", "{\"block\":\"gc\",\"channels\":16,\"pooling\":\"max\"}"), WEIGHTS, INPUT)
                .isBadInput("s.json", "pooling", "att, avg");
    }

    @Test
    void anOutputThatCannotBeWritten() {
        applyTo(folder.resolve("no/y.safetensors"), SPEC, WEIGHTS, INPUT).isBadInput("y.safetensors", "does not exist");
        applyTo(outputs, SPEC, WEIGHTS, INPUT).isBadInput(outputs.toString(), "it is a folder");
        Path plain = file("plain", "");
        applyTo(plain.resolve("y.safetensors"), SPEC, WEIGHTS, INPUT).isBadInput("y.safetensors", "not a folder");
    }

    @Test
    void anOutputThatIsAnInput() throws IOException {
        Path input = Files.copy(INPUT, folder.resolve("x.safetensors"));
        Path weights = Files.copy(WEIGHTS, folder.resolve("w.safetensors"));
        Path spec = Files.copy(SPEC, folder.resolve("s.json"));
        for (Path output : List.of(input, weights, spec)) {
            applyTo(output, spec, weights, input).isBadInput(output.toString(), "is an input");
        }
        assertThat(input).hasSameBinaryContentAs(INPUT);
    }

    @Test
    void blocksThatDoNotFitAreRefused() {
        Object[] apply = {
            "apply",
            "--spec",
            SPEC,
            "--weights",
            WEIGHTS,
            "--input",
            INPUT,
            "--output",
            outputs.resolve("y.safetensors"),
            "--memory",
            "1kB"
        };
        Cli.run(apply).fails(ExitCode.REFUSED, "gc on [2, 16, 5, 6]", "needs", "the budget is 1.00 kB");
        Cli.run(
                        "gradient",
                        "--spec",
                        SPEC,
                        "--input",
                        INPUT,
                        "--upstream",
                        UPSTREAM,
                        "--output",
                        outputs.resolve("g.safetensors"),
                        "--memory",
                        "1kB")
                .fails(ExitCode.REFUSED, "needs", "the budget is 1.00 kB");
    }

    @Test
    void aSizeForAnInputThatIsNotAnImage() {
        Cli.run(
                        "apply",
                        "--spec",
                        SPEC,
                        "--weights",
                        WEIGHTS,
                        "--input",
                        INPUT,
                        "--output",
                        outputs.resolve("y.safetensors"),
                        "--size",
                        "64x64")
                .isBadInput("input.safetensors", "cannot be resized");
    }

    @Test
    void aSpecWithAByteOrderMarkIsRead() throws IOException {
        Path marked = file("s.json", "\ufeff" + Files.readString(SPEC));
        Cli.run("describe", "--spec", marked).succeeds();
    }

    @Test
    void lineBreaksInNamesDoNotBreakTheMessage() {
        String evil = "a\nb\u001b[31m\u0007\u202e" + "x".repeat(900_000);
        apply(
                        "{\"block\":\"gc\",\"channels\":16,\""
                                + evil.replace("\n", "\\n").replaceAll("\\p{Cc}", "") + "\":1}",
                        WEIGHTS,
                        INPUT)
                .isBadInput("--spec: ");
        apply(folder.resolve("a\nb\u001b[31m.json"), WEIGHTS, INPUT).isBadInput("no such file");
        apply(SPEC, tensors("w.safetensors", Map.of("y\n\u001b[31m\u202e", zeros(1))), INPUT)
                .isBadInput("no parameter of the block");
        for (String command : List.of("describe", "apply", evil)) {
            for (String option : List.of(
                    "--spec", "--block", "--n", "--set", "--device", "--memory", "--queries", evil, "--" + evil)) {
                Cli.Result result = Cli.run(command, option, evil);
                assertThat(result.code()).isEqualTo(ExitCode.BAD_INPUT);
                assertThat(result.err().lines()).hasSize(1);
                assertThat(result.err()).hasSizeLessThan(900);
                assertThat(result.err().stripTrailing().codePoints())
                        .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT);
            }
        }
    }

    @Test
    void shapesAndBytesAreCheckedBeforeValuesAreRead() {
        // Drawing any of these weights would take hundreds of megabytes and more, and fail in another way.
        String wide = "{\"block\":\"dense\",\"channels\":200000}";
        Path x = outputs.resolve("y.safetensors");
        Cli.run("apply", "--spec", wide, "--input", INPUT, "--output", x).isBadInput("16 channels", "200000 channels");
        Cli.run("apply", "--block", "gc", "--channels", "2147483647", "--input", INPUT, "--output", x)
                .isBadInput("16 channels", "2147483647 channels");
        for (String latent : List.of("latentgnn", "latentgnn-talk")) {
            Object[] options = {"--block", latent, "--channels", "16", "--d", "2147483647", "--input", INPUT};
            refusedWith("apply", options, "--output", x);
            refusedWith("gradient", options, "--output", x, "--upstream", UPSTREAM);
            refusedWith("inspect", options, "--output", outputs.resolve("inspection"));
            refusedWith("check", options);
        }
        refusedWith("check", new Object[] {"--block", "gc", "--channels", "2147483647"});
        refusedWith("check", new Object[] {"--block", "dense", "--channels", "2147483647"});
        refusedWith("check", new Object[] {"--block", "dense", "--channels", "12000", "--memory", "10MB"});
    }

    private static void refusedWith(String command, Object[] options, Object... more) {
        Object[] all = Stream.of(new Object[] {command}, options, more)
                .flatMap(Arrays::stream)
                .toArray();
        Cli.run(all).fails(ExitCode.REFUSED, "was refused");
    }
}
