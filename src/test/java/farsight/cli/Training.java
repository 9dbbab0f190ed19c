package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.data.Safetensors;
import farsight.data.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests that run {@code farsight train} into their own folder. */
abstract class Training {

    static final String TASK = "recall:size=8,keys=2,values=2,queries=3,distance=2";

    static final String NETWORK = """
            {"network": "sequential", "input": [5, 8, 8], "layers": [
             {"layer": "conv", "name": "c1", "out": 8, "kernel": 3, "padding": 1},
             {"layer": "batchnorm", "name": "bn"}, {"layer": "relu"}, {"layer": "dropout", "p": 0.2},
             {"layer": "conv", "name": "head", "out": 2, "kernel": 1}],
             "loss": {"type": "cross_entropy", "ignore_label": 255},
             "optimizer": {"type": "adam", "lr": 0.01}}
            """;

    /** All that a run learned; none of it may depend on how often it was stopped. */
    static final List<String> LEARNED = List.of(
            "losses.csv", "evaluations.csv", "weights.safetensors", "best.safetensors", "checkpoint.safetensors");

    @TempDir
    Path folder;

    Path network;

    @BeforeEach
    void aNetwork() throws IOException {
        network = Files.writeString(folder.resolve("net.json"), NETWORK);
    }

    Path out() {
        return folder.resolve("out");
    }

    /** The words of a run of the task. */
    List<Object> words(Path output, Object... more) {
        List<Object> all = new ArrayList<>(List.of("train", "--network", network, "--insert", "nonlocal@last"));
        all.addAll(List.of("--task", TASK, "--batch", "4", "--held-out", "2", "--output", output));
        all.addAll(List.of(more));
        return all;
    }

    Cli.Result train(Path output, Object... more) {
        return Cli.run(words(output, more).toArray());
    }

    /** A file of two samples for the network, each label the same. */
    Path data(String name, float label) {
        return data(name, label, 0);
    }

    /** As above, with another number at index 7 of x. */
    Path data(String name, float label, float seventh) {
        float[] x = new float[2 * 5 * 64];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.sin(i);
        }
        x[7] = seventh;
        float[] labels = new float[2 * 64];
        Arrays.fill(labels, label);
        SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("x", Tensor.of(x, 2, 5, 8, 8));
        tensors.put("label", Tensor.of(labels, 2, 8, 8));
        Path file = folder.resolve(name);
        Safetensors.write(file, tensors, Map.of());
        return file;
    }

    /** A file with a header for so many samples, and holes in place of the numbers: it takes no room on the disk. */
    Path holes(String name, long samples, String labels) throws IOException {
        long x = samples * 5 * 64 * Float.BYTES;
        long label = samples * 64 * Long.BYTES;
        byte[] header = """
                {"x": {"dtype": "F32", "shape": [%d, 5, 8, 8], "data_offsets": [0, %d]},
                 "label": {"dtype": "I64", "shape": [%d, %s], "data_offsets": [%d, %d]}}""".formatted(samples, x, samples, labels, x, x + label).getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve(name);
        try (RandomAccessFile all = new RandomAccessFile(file.toFile(), "rw")) {
            all.writeLong(Long.reverseBytes(header.length));
            all.write(header);
            all.setLength(Long.BYTES + header.length + x + label);
        }
        return file;
    }

    static void learnedTheSame(Path run, Path other) {
        for (String name : LEARNED) {
            assertThat(run.resolve(name)).as(name).hasSameBinaryContentAs(other.resolve(name));
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    /** A run of two steps on a file. */
    Cli.Result with(Path data) {
        return Cli.run("train", "--network", network, "--data", data, "--steps", "2", "--output", out());
    }
}
