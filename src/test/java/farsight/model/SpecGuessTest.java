package farsight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import example.MeanContext;
import farsight.block.Block;
import farsight.block.BlockKind;
import farsight.block.Cam;
import farsight.block.Dense;
import farsight.block.Forms;
import farsight.block.Gc;
import farsight.block.Grid;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import farsight.block.Nystrom;
import farsight.block.Recognised;
import farsight.block.Se;
import farsight.block.Snl;
import farsight.block.StateDict;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import farsight.data.DataException;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpecGuessTest {

    @TempDir
    private Path folder;

    static Stream<Block> forms() {
        return Stream.concat(
                // The tensors of cam do not tell its channels; those of a nystrom are a nonlocal's and do not tell its
                // landmarks.
                Forms.all().stream().filter(block -> !(block instanceof Cam || block instanceof Nystrom)),
                Stream.of(
                        Gc.of(49).withRatio(29.0 / 49),
                        LatentGnn.of(64, 20, 10, 30).withChannelStride(8).withGraphConv(true),
                        NonLocal.of(7).withMode(NonLocal.Mode.CONCATENATION)));
    }

    private Path file(SequencedMap<String, Tensor> tensors) {
        Path file = folder.resolve("net.safetensors");
        Safetensors.write(file, tensors, Map.of());
        return file;
    }

    private static void add(SequencedMap<String, Tensor> network, String prefix, Block block) {
        Weights.random(block, 1).tensors().forEach((name, t) -> network.put(prefix + name, t));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyFormIsGuessedExceptItsOpenFields(Block block) {
        for (String prefix : List.of("", "backbone.layer3.5.block")) {
            Path file = folder.resolve("w.safetensors");
            Weights.random(block, 1).save(file, prefix);
            SpecGuess guess = SpecGuess.find(file, "").getFirst();
            assertThat(guess.prefix()).isEqualTo(WeightsFile.prefix(prefix));
            if (guess.block().kind().equals(block.kind())) {
                assertThat(sameButFor(guess, block))
                        .as("%s guessed as %s", block, guess)
                        .isTrue();
            } else {
                assertThat(guess.open())
                        .contains(new Recognised.Open(
                                "block", guess.block().kind(), block.kind() + " has the same tensors"));
            }
            // Whatever was taken, the file's tensors are its parameters.
            Weights.load(guess.block(), file, guess.prefix());
            assertThat(SpecGuess.find(file, prefix)).containsExactly(guess);
        }
    }

    /** Whether the two specs differ in nothing but the guess's open fields. */
    private static boolean sameButFor(SpecGuess guess, Block block) {
        List<String> open = guess.open().stream().map(Recognised.Open::field).toList();
        return fields(guess.spec(), open).equals(fields(farsight.block.BlockSpec.write(block), open));
    }

    private static List<String> fields(String spec, List<String> without) {
        // Ratio and reduction are named by the sizes they make, which loading holds against the tensors.
        return Arrays.stream(spec.replaceAll("[{}]", "").split(",(?=\")"))
                .filter(f -> !f.startsWith("\"ratio") && !f.startsWith("\"reduction"))
                .filter(f -> without.stream().noneMatch(w -> f.startsWith("\"" + w + "\"")))
                .toList();
    }

    @Test
    void everyBlockOfABackboneIsListed() {
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        network.put("conv1.weight", Tensor.allocate(8, 3, 7, 7));
        network.put("fc.weight", Tensor.allocate(10, 16));
        network.put("mlp.fc1.weight", Tensor.allocate(4, 16));
        network.put("mlp.fc2.weight", Tensor.allocate(16, 4));
        for (int i = 0; i < 3; i++) {
            add(network, "layer2." + i + ".context_block.", Gc.of(16).withRatio(0.25));
            network.put("layer2." + i + ".conv1.weight", Tensor.allocate(4, 4, 1, 1));
        }
        add(network, "layer3.0.nonlocal_block.", NonLocal.of(8));
        add(network, "layer3.1.latent.", LatentGnn.of(8, 3));
        add(network, "layer4.0.snl.", new Snl(8));
        List<SpecGuess> found = SpecGuess.find(file(network), "");
        assertThat(found.stream().map(SpecGuess::prefix))
                .containsExactly(
                        "layer2.0.context_block.",
                        "layer2.1.context_block.",
                        "layer2.2.context_block.",
                        "layer3.0.nonlocal_block.",
                        "layer3.1.latent.",
                        "layer4.0.snl.");
        assertThat(found.getFirst().block()).isEqualTo(Gc.of(16).withRatio(0.25));
        assertThat(SpecGuess.find(file(network), "layer3.0.nonlocal_block")).hasSize(1);
    }

    @Test
    void openFieldsAreNamedWithTheirDefaults() {
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        add(network, "", NonLocal.of(8));
        assertThat(SpecGuess.find(file(network), "").getFirst().open().stream().map(Recognised.Open::field))
                .containsExactly("block", "mode", "scale", "attention");
        network.clear();
        add(network, "", LatentGnn.of(8, 3).withNorm(LatentGnn.Norm.FROZEN));
        SpecGuess frozen = SpecGuess.find(file(network), "").getFirst();
        assertThat(frozen.block()).isEqualTo(LatentGnn.of(8, 3).withNorm(LatentGnn.Norm.FROZEN));
        assertThat(frozen.open().stream().map(Recognised.Open::field)).containsExactly("residual", "norm");
        network.clear();
        add(network, "", Dense.of(3));
        assertThat(SpecGuess.find(file(network), "").getFirst().open())
                .containsExactly(new Recognised.Open("normalizer", "count", "softmax has the same tensors"));
    }

    @Test
    void aFileWithoutABlockListsTheMarksLookedFor() {
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        network.put("conv1.weight", Tensor.allocate(8, 3, 7, 7));
        assertThatThrownBy(() -> SpecGuess.find(file(network), ""))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("net.safetensors holds no block")
                .hasMessageContaining("channel_add_conv.0.weight")
                .hasMessageContaining("up_channel.0.weight");
        add(network, "layer1.", new Snl(8));
        assertThatThrownBy(() -> SpecGuess.find(file(network), "layer2"))
                .hasMessageContaining("under the prefix layer2.");
    }

    @Test
    void nearlyABlockIsReportedWithItsFault() {
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        add(network, "layer1.", Gc.of(16));
        network.remove("layer1.conv_mask.bias");
        network.put("layer1.channel_add_conv.4.bias", Tensor.allocate(16));
        assertThatThrownBy(() -> SpecGuess.find(file(network), ""))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("almost: layer1.")
                .hasMessageContaining("missing conv_mask.bias [1]")
                .hasMessageContaining("no parameter of the block: channel_add_conv.4.bias");
        network.clear();
        network.put("up_channel.0.weight", Tensor.allocate(8, 2, 1, 1));
        network.put("down_channel.0.weight", Tensor.allocate(3, 8, 1, 1));
        assertThatThrownBy(() -> SpecGuess.find(file(network), "")).hasMessageContaining("no whole channelStride");
        network.put("down_channel.0.weight", Tensor.allocate(0, 8, 1, 1));
        assertThatThrownBy(() -> SpecGuess.find(file(network), "")).hasMessageContaining("down_channel.0.weight");
    }

    private static void put(SequencedMap<String, Tensor> network, String name, long... shape) {
        network.put(name, Tensor.allocate(shape));
    }

    @Test
    void openFieldsOfSqueezeExcitationAreNamed() {
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        add(network, "features.1.block.2.", new Se(64, 16, Se.Activation.SILU, Se.Gate.SIGMOID));
        SpecGuess guess = SpecGuess.find(file(network), "").getFirst();
        assertThat(guess.block()).isEqualTo(new Se(64, 16));
        assertThat(guess.open().stream().map(Recognised.Open::field)).containsExactly("block", "activation", "gate");
        assertThat(guess.open().toString()).contains("silu (EfficientNet)", "hardsigmoid (MobileNetV3)");
    }

    @Test
    void aPerceptronIsNotGuessedAsSqueezeExcitation() {
        for (String prefix : List.of("mlp.", "blocks.3.", "layer.ffn.")) {
            SequencedMap<String, Tensor> network = new LinkedHashMap<>();
            boolean named = !prefix.startsWith("blocks");
            long hidden = named ? 4 : 64;
            put(network, prefix + "fc1.weight", hidden, 16, 1, 1);
            put(network, prefix + "fc1.bias", hidden);
            put(network, prefix + "fc2.weight", 16, hidden, 1, 1);
            put(network, prefix + "fc2.bias", 16);
            assertThatThrownBy(() -> SpecGuess.find(file(network), ""))
                    .hasMessageContaining("almost: " + prefix)
                    .hasMessageContaining("perceptron");
        }
    }

    @Test
    void projectionsAndPyramidsAreNotGuessedAsBlocks() {
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        put(network, "blocks.0.attn.qkv.weight", 48, 16);
        put(network, "blocks.0.attn.proj.weight", 16, 16);
        put(network, "blocks.0.mlp.fc1.weight", 64, 16);
        put(network, "blocks.0.mlp.fc2.weight", 16, 64);
        put(network, "fpn.inner_blocks.0.weight", 16, 64, 1, 1);
        put(network, "fpn.conv_out.weight", 16, 16, 3, 3);
        put(network, "head.fc.0.weight", 512, 64);
        put(network, "weight", 3, 5);
        assertThatThrownBy(() -> SpecGuess.find(file(network), "")).isInstanceOf(DataException.class);
    }

    @Test
    void subSampledBlocksOverOneOrThreeAxesAreGuessedButNotOverFour() {
        for (int axes : new int[] {1, 3}) {
            SequencedMap<String, Tensor> network = new LinkedHashMap<>();
            NonLocal block = NonLocal.of(8).withSubSample(true);
            Weights.random(block, 1).tensors().forEach((name, t) -> network.put(name, t));
            network.replaceAll((name, t) -> t.shape().length != 4
                    ? t
                    : t.reshape(LongStream.concat(
                                    Arrays.stream(t.shape(), 0, 2),
                                    LongStream.generate(() -> 1).limit(axes))
                            .toArray()));
            assertThat(SpecGuess.find(file(network), "").getFirst().block())
                    .isEqualTo(block.withGrid(Grid.Kind.of(axes)));
        }
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        Weights.random(NonLocal.of(8).withSubSample(true), 1).tensors().forEach((name, t) -> {
            network.put(name, t.shape().length == 4 ? t.reshape(t.shape()[0], t.shape()[1], 1, 1, 1, 1) : t);
        });
        assertThatThrownBy(() -> SpecGuess.find(file(network), "")).hasMessageContaining("[C, c, 1, 1, 1]");
    }

    /** Takes every file of {@link MeanContext}'s for its own. */
    private static final class Twin implements BlockKind<Snl> {

        private final Block taken;

        Twin(Block taken) {
            this.taken = taken;
        }

        @Override
        public String name() {
            return "twin";
        }

        @Override
        public Class<Snl> type() {
            return Snl.class;
        }

        @Override
        public Look look() {
            return new Look("Twin", 0);
        }

        @Override
        public Growth growth(Snl block) {
            return Growth.CONSTANT;
        }

        @Override
        public List<String> fields() {
            return List.of();
        }

        @Override
        public Snl read(SpecFields fields, int channels) {
            return new Snl(channels);
        }

        @Override
        public void write(Snl block, SpecWriter spec) {}

        @Override
        public List<List<String>> marks() {
            return List.of(List.of("context.weight"));
        }

        @Override
        public Optional<Recognised> recognise(StateDict tensors) {
            return Optional.of(new Recognised(taken));
        }
    }

    private static Optional<SpecGuess> guessed(BlockKind<?>... kinds) {
        Map<String, long[]> shapes = Map.of("a.context.weight", new long[] {4, 4, 1, 1}, "b.weight", new long[] {3});
        Map<String, String> types = Map.of("a.context.weight", "F32", "b.weight", "F32");
        return SpecGuess.guess(List.of(kinds), "a.", shapes, types);
    }

    @Test
    void theFirstOfSeveralKindsWithTheSameTensorsIsGuessedAndTheOthersAreNamed() {
        BlockKind<?> mean = new MeanContext.Kind();
        Block bare = new MeanContext(4, false);
        assertThat(guessed(mean)).contains(new SpecGuess("a.", bare, List.of()));
        assertThat(guessed(mean, new Twin(bare)))
                .contains(new SpecGuess(
                        "a.",
                        bare,
                        List.of(new Recognised.Open("block", "mean-context", "mean-context has the same tensors"))));
        // One whose parameters are others is none, wherever it stands.
        assertThat(guessed(new Twin(new Snl(4)), mean)).contains(new SpecGuess("a.", bare, List.of()));
        assertThatThrownBy(() -> guessed(new Twin(new Snl(4)))).hasMessageContaining("missing conv_mask.weight");
        assertThat(guessed()).isEmpty();
    }

    static Stream<Arguments> neighbours() {
        return Stream.of(
                Arguments.of(
                        "conv_out.conv.weight g.conv.weight g.conv.bias theta.conv.weight theta.conv.bias"
                                + " phi.conv.weight phi.conv.bias conv_out.bn.weight conv_out.bn.bias conv_out.bn.running_mean"
                                + " conv_out.bn.running_var",
                        "norm_cfg",
                        "fold the norm into that convolution"),
                Arguments.of(
                        "g.weight theta.weight phi.weight W.0.weight W.1.weight",
                        "AlexHex7",
                        "W.1: fold the norm into that convolution"),
                Arguments.of("g.0.weight theta.weight phi.0.weight W.0.weight W.1.weight", "AlexHex7", "g.0.conv"),
                Arguments.of("g.weight theta.weight phi.weight W.weight", "AlexHex7", "conv_out.conv"),
                Arguments.of("g.weight theta.weight phi.weight conv_out.weight", "without .conv", "conv_out.conv"),
                Arguments.of("t.weight p.weight g.weight z.weight norm.weight", "timm", "channels"),
                Arguments.of("conv_attn.weight mlp_add.fc1.weight mlp_add.fc2.weight", "GlobalContext", "conv_mask"),
                Arguments.of("conv_reduce.weight conv_expand.weight", "SqueezeExcite", "fc1"),
                Arguments.of("fc.0.weight fc.2.weight", "squeeze-excitation", "fc1"),
                Arguments.of("up_channel.weight down_channel.weight", "latentgnn", "up_channel.0.weight"));
    }

    @ParameterizedTest
    @MethodSource("neighbours")
    void aBlockUnderOtherNamesIsReportedWithTheRemedy(String names, String what, String way) {
        for (String prefix : List.of("", "module.layer3.0.")) {
            SequencedMap<String, Tensor> network = new LinkedHashMap<>();
            Stream.of(names.split(" ")).forEach(name -> put(network, prefix + name, 8, 8, 1, 1));
            assertThatThrownBy(() -> SpecGuess.find(file(network), ""))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("almost: " + (prefix.isEmpty() ? "it " : prefix))
                    .hasMessageContaining(what)
                    .hasMessageContaining(way);
            assertThatThrownBy(() -> Weights.load(NonLocal.of(8), file(network), prefix))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining(what);
        }
    }
}
