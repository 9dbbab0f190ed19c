package farsight;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.LatentGnn;
import farsight.block.Pass;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.model.Gradients;
import farsight.model.Model;
import farsight.program.MemoryPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    @Test
    void theLibraryExampleRuns() {
        // README begins
        Block block = LatentGnn.of(64, 100).withChannelStride(8);
        Model model = Model.random(block, 1);
        Engine engine = Engines.find("vector");
        Tensor x = Tensor.allocate(1, 64, 32, 32);
        Synthetic.normal(x.values(), x.elements(), 2);
        Tensor y = model.apply(engine, x);
        Gradients gradients = model.gradient(engine, x, y);
        Tensor dTheta = gradients.tensors().get("LatentGNN_Kernel_0.psi_v2l.0.weight");
        BlockProgram program = BlockProgram.of(block, 1, 250_000, Pass.BOTH);
        long bytes = engine.predictedBytes(MemoryPlan.of(program.program()));
        // README ends
        assertThat(y.shape()).containsExactly(1, 64, 32, 32);
        assertThat(dTheta.shape()).containsExactly(100, 8, 1, 1);
        assertThat(bytes).isGreaterThan(250_000L * 64 * 4 * 4);
    }

    @Test
    void theLibraryExampleIsTheOneThatRuns() throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/farsight/ReadmeTest.java")).stream()
                .map(String::strip)
                .toList();
        List<String> example = source.subList(source.indexOf("// README begins") + 1, source.indexOf("// README ends"));
        assertThat(Files.readString(Path.of("README.md"))).contains(String.join("\n", example));
    }
}
