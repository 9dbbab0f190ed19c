package farsight.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import example.MeanContext;
import farsight.block.BlockKind;
import farsight.block.BlockSpec;
import farsight.cli.output.ExitCode;
import farsight.data.Safetensors;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.model.Weights;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every command treats {@link MeanContext}, a block outside the library, like any other. */
class OwnBlockTest {

    private static final String SPEC = "{\"block\":\"mean-context\",\"channels\":8}";

    @TempDir
    private Path folder;

    private Path input(Tensor x) {
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, new LinkedHashMap<>(Map.of("x", x)), Map.of());
        return file;
    }

    private static Tensor normal(long... shape) {
        Tensor x = Tensor.allocate(shape);
        Synthetic.normal(x.values(), x.elements(), 5);
        return x;
    }

    private Path weights(MeanContext block) {
        Path file = folder.resolve("w.safetensors");
        Weights.random(block, 3).save(file, "neck.block");
        return file;
    }

    @Test
    void describeKnowsItByItsSpecItsNamesAndItsTensors() {
        for (List<Object> given :
                List.<List<Object>>of(List.of("--spec", SPEC), List.of("--block", "mean-context", "--channels", "8"))) {
            List<Object> words = new ArrayList<>(List.of("describe", "--n", "500x500"));
            words.addAll(given);
            assertThat(Cli.run(words.toArray()).succeeds().out())
                    .startsWith("{\"block\":\"mean-context\",\"channels\":8,\"bias\":true}")
                    .contains("context.weight", "no array beyond C·N grows with N");
        }
        JsonNode plain = JsonMapper.shared()
                .readTree(Cli.run("describe", "--block", "mean-context-plain", "--json")
                        .succeeds()
                        .out());
        assertThat(plain.get("spec").get("bias").booleanValue()).isFalse();
        assertThat(plain.get("growth").stringValue()).isEqualTo("1");
        assertThat(Cli.run("describe", "--weights", weights(new MeanContext(8, false)))
                        .succeeds()
                        .out())
                .startsWith("{\"block\":\"mean-context\",\"channels\":8,\"bias\":false}")
                .contains("--prefix neck.block.");
        Cli.run("describe", "--block", "mean-context", "--set", "bais=false")
                .isBadInput("unknown field \"bais\" in a mean-context spec", "did you mean \"bias\"?");
        Cli.run("describe", "--block", "mean-contxt").isBadInput("did you mean \"mean-context\"?");
        assertThat(Cli.run("describe", "--help").succeeds().out()).contains("mean-context-plain");
    }

    @Test
    void checkComparesItsGradientsWithDifferences() {
        assertThat(Cli.run("check", "--spec", SPEC).succeeds().out())
                .contains("gradient of", "context.weight", "context.bias", "3 ok", "0 wrong");
    }

    @Test
    void applyComputesItsEquation() {
        Tensor x = normal(1, 8, 3, 4);
        MeanContext block = new MeanContext(8, true);
        Path y = folder.resolve("y.safetensors");
        Path weights = weights(block);
        Cli.run(
                        "apply",
                        "--spec",
                        SPEC,
                        "--weights",
                        weights,
                        "--prefix",
                        "neck.block",
                        "--input",
                        input(x),
                        "--output",
                        y)
                .succeeds();
        Weights w = Weights.load(block, weights, "neck.block");
        float[] given = x.toArray();
        float[] made = Safetensors.read(y).get("y").toArray();
        for (int c = 0; c < 8; c++) {
            double context = w.get("context.bias").get(c);
            for (int k = 0; k < 8; k++) {
                for (int i = 0; i < 12; i++) {
                    context += w.get("context.weight").get(8 * c + k) * given[12 * k + i] / 12;
                }
            }
            for (int i = 0; i < 12; i++) {
                assertThat(made[12 * c + i]).isCloseTo((float) (given[12 * c + i] + context), within(1e-5f));
            }
        }
    }

    @Test
    void sweepMeasuresItAndItsPageShowsItsNameAndColour() throws IOException {
        Path out = folder.resolve("out");
        Cli.run(
                        "sweep",
                        "--blocks",
                        "gc,mean-context,mean-context-plain",
                        "--n",
                        "16,64",
                        "--channels",
                        "16",
                        "--output",
                        out)
                .succeeds();
        BlockKind.Look look = new MeanContext.Kind().look();
        assertThat(out.resolve("memory-n.svg"))
                .content()
                .containsIgnoringCase("#%06x".formatted(look.colour()))
                .contains(look.label(), "Mean context without bias");
        assertThat(out.resolve("index.html"))
                .content()
                .contains("Memory and time of GC, Mean context and Mean context");
    }

    @Test
    void aChartOfAnUnknownKindHasANote() throws IOException {
        Path out = folder.resolve("out");
        Cli.run("sweep", "--blocks", "mean-context", "--n", "16", "--channels", "16", "--output", out)
                .succeeds();
        assertThat(Cli.run("chart", out).succeeds().out()).doesNotContain("registered here");
        for (String file : List.of("points.csv", "points.json")) {
            Path points = out.resolve(file);
            Files.writeString(points, Files.readString(points).replace("mean-context", "lost-context"));
        }
        assertThat(Cli.run("chart", out).succeeds().out())
                .contains("No block kind lost-context is registered here, so its lines are grey.");
    }

    @Test
    void inspectShowsItsAttention() {
        Path out = folder.resolve("inspection");
        Cli.Result result = Cli.run(
                "inspect",
                "--spec",
                SPEC,
                "--weights",
                weights(new MeanContext(8, true)),
                "--prefix",
                "neck.block",
                "--input",
                input(normal(1, 8, 3, 4)),
                "--output",
                out);
        result.succeeds();
        JsonNode json =
                JsonMapper.shared().readTree(out.resolve("inspection.json").toFile());
        assertThat(json.get("spec")).isEqualTo(BlockSpec.tree(new MeanContext(8, true)));
        assertThat(json.toString()).contains("mean over all positions");
    }

    /** Named in a folder before the class path; it cannot be made. */
    public static final class Broken implements BlockKind<MeanContext> {
        /** Does not work. */
        public Broken() {
            throw new IllegalStateException("no licence");
        }

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Class<MeanContext> type() {
            return MeanContext.class;
        }

        @Override
        public Look look() {
            return new Look("Broken", 0);
        }

        @Override
        public Growth growth(MeanContext block) {
            return Growth.CONSTANT;
        }

        @Override
        public List<String> fields() {
            return List.of();
        }

        @Override
        public MeanContext read(farsight.block.spec.SpecFields fields, int channels) {
            return new MeanContext(channels, true);
        }

        @Override
        public void write(MeanContext block, farsight.block.spec.SpecWriter spec) {}
    }

    private String said(int code, String... words) throws IOException, InterruptedException {
        List<String> all = Processes.words(Main.class, (Object[]) words);
        int classPath = all.indexOf("-cp") + 1;
        all.set(classPath, folder + File.pathSeparator + all.get(classPath));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = Processes.said(process);
        assertThat(Processes.code(process)).as(said).isEqualTo(code);
        // Java's own line about the Vector API comes first where the tests' JVM was given its module by name.
        return said.lines()
                .filter(l -> !l.startsWith("WARNING: Using incubator modules"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void aBrokenBlockEndsACommandWithOneLineThatNamesIt() throws IOException, InterruptedException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(BlockKind.class.getName()), Broken.class.getName());
        String line = "farsight: a kind of block cannot be registered: Provider " + Broken.class.getName()
                + " could not be instantiated: java.lang.IllegalStateException: no licence";
        assertThat(said(ExitCode.BAD_INPUT, "describe", "--block", "gc").lines())
                .containsExactly(line);
        assertThat(said(ExitCode.BAD_INPUT, "describe", "--help").lines()).containsExactly(line);
        // Whatever needs no block works.
        assertThat(said(ExitCode.DONE, "--help")).contains("describe");
        assertThat(said(ExitCode.DONE, "devices")).contains("vector");
    }
}
