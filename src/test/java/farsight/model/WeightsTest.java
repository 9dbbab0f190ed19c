package farsight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.Dense;
import farsight.block.Forms;
import farsight.block.Gc;
import farsight.block.LatentGnn;
import farsight.block.NamedBlock;
import farsight.block.Parameter;
import farsight.data.DataException;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WeightsTest {

    @TempDir
    private Path folder;

    static Stream<Block> blocks() {
        return BlockSpec.kinds().stream()
                .map(kind -> NamedBlock.of(kind).orElseThrow().block(32, 5));
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void savedWeightsLoadEqual(Block block) {
        Weights weights = Weights.random(block, 7);
        Path file = folder.resolve("w.safetensors");
        weights.save(file);
        assertThat(Weights.load(block, file).tensors()).containsExactlyEntriesOf(weights.tensors());
    }

    static Stream<Block> forms() {
        return Forms.all().stream();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void everyFormIsWrittenBackWithItsOriginalNamesAndShapes(Block block) {
        Weights weights = Weights.random(block, 7);
        Path file = folder.resolve("net.safetensors");
        weights.save(file, "layer3.block");
        SequencedMap<String, Tensor> written = Safetensors.read(file);
        for (Parameter p : block.parameters()) {
            Tensor tensor = written.remove("layer3.block." + p.name());
            assertThat(tensor).as(p.name()).isEqualTo(weights.get(p.name()));
            assertThat(tensor.shape()).isEqualTo(Weights.shapeOf(p));
        }
        List<String> read = block.parameters().stream().map(Parameter::name).toList();
        long beside = block.statistics().stream()
                .filter(s -> !read.contains(s.name()))
                .count();
        // Each norm over the batch has a mean, a variance and a count.
        assertThat(written).hasSize(Math.toIntExact(beside * 3 / 2));
        Weights loaded = Weights.load(block, file, "layer3.block.");
        assertThat(loaded.tensors()).containsExactlyEntriesOf(weights.tensors());
        assertThat(loaded.statistics()).isEqualTo(weights.statistics());
    }

    @Test
    void allFaultsUnderAPrefixAreListedTogether() {
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        Weights.random(Gc.of(16), 1).tensors().forEach((name, t) -> network.put("layer3.0.gc." + name, t));
        network.remove("layer3.0.gc.conv_mask.bias");
        network.put("layer3.0.gc.channel_add_conv.0.weight", Tensor.allocate(1, 8, 1, 1));
        network.put("layer3.0.gc.channel_add_conv.4.bias", Tensor.allocate(16));
        network.put("layer3.0.conv1.weight", Tensor.allocate(16, 16, 3, 3));
        Path file = folder.resolve("net.safetensors");
        Safetensors.write(file, network, Map.of());
        assertThatThrownBy(() -> Weights.load(Gc.of(16), file, "layer3.0.gc"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("under the prefix layer3.0.gc.")
                .hasMessageContaining("missing conv_mask.bias [1]")
                .hasMessageContaining("channel_add_conv.0.weight has shape [1, 8, 1, 1], expected [1, 16, 1, 1]")
                .hasMessageContaining("no parameter of the block: channel_add_conv.4.bias")
                .hasMessageNotContaining("conv1");
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void namesAndShapesMatchTheStateDict(Block block) {
        for (Weights weights : List.of(Weights.initial(block, 1), Weights.random(block, 1))) {
            assertThat(weights.tensors().keySet())
                    .containsExactlyElementsOf(
                            block.parameters().stream().map(Parameter::name).toList());
            for (Parameter p : block.parameters()) {
                assertThat(weights.get(p.name()).shape()).isEqualTo(Weights.shapeOf(p));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void randomWeightsAreNonZeroAndDependOnlyOnTheSeed(Block block) {
        Weights weights = Weights.random(block, 3);
        weights.tensors().values().forEach(t -> assertThat(t.toArray()).doesNotContain(0f));
        assertThat(Weights.random(block, 3).tensors()).isEqualTo(weights.tensors());
        assertThat(Weights.random(block, 4).tensors()).isNotEqualTo(weights.tensors());
        assertThat(weights.nonFinite()).isZero();
    }

    @Test
    void initialWeightsMatchThePapers() {
        Weights latent = Weights.initial(LatentGnn.of(256, 64).withGraphConv(true), 1);
        assertThat(latent.get("gamma").toArray()).containsExactly(0);
        assertThat(deviation(latent.get("down_channel_v2l.0.weight"))).isBetween(0.0615, 0.0635);
        assertThat(deviation(latent.get("LatentGNN_Kernel_0.GraphConvWeight.0.weight")))
                .isBetween(0.0095, 0.0105);
        Weights gc = Weights.initial(Gc.of(64), 1);
        assertThat(gc.get("channel_add_conv.1.weight").toArray()).containsOnly(1);
        assertThat(gc.get("channel_add_conv.3.weight").toArray()).containsOnly(0);
        assertThat(gc.get("conv_mask.weight").toArray()).doesNotContain(0f);
    }

    private static double deviation(Tensor t) {
        double sum = 0;
        for (float v : t.toArray()) {
            sum += (double) v * v;
        }
        return Math.sqrt(sum / t.elements());
    }

    @Test
    void extentsOfOneAreIgnored() {
        Block block = Gc.of(16);
        SequencedMap<String, Tensor> flat = new LinkedHashMap<>();
        Weights.random(block, 1).tensors().forEach((name, t) -> {
            long[] bare = java.util.Arrays.stream(t.shape()).filter(e -> e != 1).toArray();
            flat.put(name, t.reshape(bare));
        });
        Path file = folder.resolve("w.safetensors");
        Safetensors.write(file, flat, Map.of());
        assertThat(Weights.load(block, file).tensors())
                .isEqualTo(Weights.random(block, 1).tensors());
        assertThat(Weights.of(block, flat).tensors())
                .isEqualTo(Weights.random(block, 1).tensors());
    }

    @Test
    void aPrefixSelectsABlockOfANetwork() {
        Block block = Dense.of(3);
        SequencedMap<String, Tensor> network = new LinkedHashMap<>();
        network.put("layer1.weight", Tensor.allocate(9));
        network.put("layer2.num_batches_tracked", Tensor.allocate(1));
        Weights.random(block, 1).tensors().forEach((name, t) -> network.put("layer2." + name, t));
        network.put("layer20.weight", Tensor.allocate(9));
        Path file = folder.resolve("net.safetensors");
        Safetensors.write(file, network, Map.of());
        for (String prefix : List.of("layer2", "layer2.")) {
            assertThat(Weights.load(block, file, prefix).tensors())
                    .isEqualTo(Weights.random(block, 1).tensors());
        }
        network.put("layer2.extra", Tensor.allocate(2));
        Safetensors.write(file, network, Map.of());
        assertThatThrownBy(() -> Weights.load(block, file, "layer2"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no parameter of the block: extra")
                .hasMessageContaining("under the prefix layer2.");
    }

    @Test
    void allFaultsAreListedTogether() {
        SequencedMap<String, Tensor> wrong = new LinkedHashMap<>();
        wrong.put("weight", Tensor.allocate(3, 4));
        wrong.put("mu", Tensor.allocate(1));
        assertThatThrownBy(() -> Weights.of(Dense.of(3), wrong))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("missing lambda [1]")
                .hasMessageContaining("weight has shape [3, 4], expected [3, 3]")
                .hasMessageContaining("no parameter of the block: mu");
    }

    @Test
    void anUnknownParameterNameIsRefused() {
        Weights weights = Weights.initial(Dense.of(3), 1);
        assertThatThrownBy(() -> weights.get("bias"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weight, lambda");
    }
}
