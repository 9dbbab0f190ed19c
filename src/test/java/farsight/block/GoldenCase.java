package farsight.block;

import farsight.data.SafetensorsFile;
import farsight.data.Tensor;
import farsight.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A block with weights and an input, and libtorch's outputs and gradients in float64. */
public record GoldenCase(
        String name,
        Block block,
        Tensor x,
        Map<String, Tensor> weights,
        Tensor dy,
        Tensor y,
        Map<String, Tensor> gradients) {

    private static final Path FOLDER = Path.of("src/test/resources/golden");

    @Override
    public String toString() {
        return name;
    }

    /** Every case; those with a softmax over all pairs both with full and with streaming attention. */
    public static Stream<GoldenCase> all() {
        try (Stream<Path> folders = Files.list(FOLDER)) {
            List<Path> cases = folders.filter(Files::isDirectory).sorted().toList();
            return cases.stream().map(GoldenCase::read).flatMap(GoldenCase::withStreaming);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<GoldenCase> withStreaming(GoldenCase c) {
        if (c.block instanceof NonLocal n
                && (n.mode() == NonLocal.Mode.GAUSSIAN || n.mode() == NonLocal.Mode.EMBEDDED_GAUSSIAN)) {
            return Stream.of(c, c.as("-streaming", n.withAttention(NonLocal.Attention.STREAMING)));
        }
        if (c.block instanceof Pam p) {
            return Stream.of(c, c.as("-full", p.withAttention(NonLocal.Attention.FULL)));
        }
        return Stream.of(c);
    }

    private GoldenCase as(String form, Block sameFunction) {
        return new GoldenCase(name + form, sameFunction, x, weights, dy, y, gradients);
    }

    private static GoldenCase read(Path folder) {
        try {
            return new GoldenCase(
                    folder.getFileName().toString(),
                    BlockSpec.parse(Files.readString(folder.resolve("block.json"))),
                    tensors(folder.resolve("input.safetensors")).get("x"),
                    tensors(folder.resolve("weights.safetensors")),
                    tensors(folder.resolve("upstream.safetensors")).get("dy"),
                    tensors(folder.resolve("output.safetensors")).get("y"),
                    tensors(folder.resolve("gradients.safetensors")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Tensor> tensors(Path file) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            for (String name : f.names()) {
                Tensor t = f.tensor(name);
                all.put(name, Tensor.of(t.toArray(), t.shape()));
            }
        }
        return all;
    }

    /** Runs forward and backward. Outputs and gradients are laid out as in the files. */
    public BlockRun.Answer run(Engine engine) {
        BlockRun.Answer answer = blockRun().run(engine);
        Map<String, float[]> grads = new LinkedHashMap<>(answer.gradients());
        grads.put("x", channelsFirst(Objects.requireNonNull(grads.get("x"))));
        return new BlockRun.Answer(
                channelsFirst(answer.y()), grads, answer.statistics(), answer.predicted(), answer.measured());
    }

    /** Runs forward alone. The output is laid out as in the files. */
    float[] forward(Engine engine) {
        return channelsFirst(blockRun().run(engine, Pass.FORWARD).y());
    }

    /** The numbers as engines take them. */
    public BlockRun blockRun() {
        Map<String, float[]> values = new LinkedHashMap<>();
        block.parameters()
                .forEach(p -> values.put(p.name(), weights.get(p.name()).toArray()));
        return new BlockRun(block, (int) batch(), grid(), positionsFirst(x), values, positionsFirst(dy));
    }

    private long batch() {
        return x.shape()[0];
    }

    private Grid grid() {
        return new Grid(Arrays.stream(x.shape()).skip(2).boxed().toList());
    }

    private long positions() {
        return x.elements() / batch() / block.channels();
    }

    private float[] positionsFirst(Tensor t) {
        return transposed(t.toArray(), block.channels(), (int) positions());
    }

    private float[] channelsFirst(float[] values) {
        return transposed(values, (int) positions(), block.channels());
    }

    private float[] transposed(float[] v, int rows, int cols) {
        float[] out = new float[v.length];
        for (int b = 0; b < v.length / (rows * cols); b++) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < cols; j++) {
                    out[b * rows * cols + j * rows + i] = v[b * rows * cols + i * cols + j];
                }
            }
        }
        return out;
    }

    /** Below this a golden number is a zero that float64 rounded. */
    private static final double ZERO = 1e-12;

    /** Whether a golden gradient is zero. */
    public static boolean isZero(float[] golden) {
        for (float v : golden) {
            if (Math.abs(v) > ZERO) {
                return false;
            }
        }
        return true;
    }

    /** ‖ours − golden‖ / ‖golden‖; where golden is zero, the largest magnitude of ours. */
    public static double error(float[] ours, float[] golden) {
        double difference = 0;
        double norm = 0;
        double largest = 0;
        for (int i = 0; i < golden.length; i++) {
            double d = (double) ours[i] - golden[i];
            difference += d * d;
            norm += (double) golden[i] * golden[i];
            largest = Math.max(largest, Math.abs(ours[i]));
        }
        return isZero(golden) ? largest : Math.sqrt(difference / norm);
    }
}
