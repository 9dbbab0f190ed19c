package farsight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.block.Block;
import farsight.block.Parameter;
import farsight.data.DataException;
import farsight.data.Safetensors;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.model.Gradients;
import farsight.model.Model;
import farsight.model.Weights;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An unregistered block without parameters that names no attention buffers. */
class BareBlockTest {

    /** y = x + mean(x). */
    private record Bare(int channels) implements Block {

        @Override
        public String kind() {
            return "bare";
        }

        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public Buffer forward(Tape t, Buffer x, BlockContext p) {
            return t.channelAdd(x, t.meanPositions(x));
        }
    }

    @TempDir
    private Path folder;

    @Test
    void itRunsForwardsAndBackwards() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 6}, 1, 1, 4);
        Tensor dy = Tensor.of(new float[] {1, 0, 0, 0}, 1, 1, 4);
        for (Engine engine : List.of(Engines.find("java"), Engines.vector())) {
            Model model = Model.random(new Bare(1), 1);
            assertThat(model.apply(engine, x).toArray()).containsExactly(new float[] {4, 5, 6, 9}, within(1e-6f));
            Gradients g = model.gradient(engine, x, dy);
            assertThat(g.tensors().keySet()).containsExactly("x");
            assertThat(g.tensors().get("x").toArray())
                    .containsExactly(new float[] {1.25f, 0.25f, 0.25f, 0.25f}, within(1e-6f));
        }
    }

    @Test
    void anInspectionShowsOnlyItsDistances() {
        Inspection i = Looked.at(new Bare(8), Looked.normal(8, 3, 4));
        assertThat(i.attentions()).isEmpty();
        assertThat(i.notes()).anyMatch(n -> n.contains("does not show how it weighs positions"));
        // What it adds is the same everywhere.
        assertThat(i.output().value()).isCloseTo(0, within(1e-6));
        assertThat(i.input().value()).isGreaterThan(0.1);
    }

    @Test
    void itIsNeverGuessedFromAFile() {
        Path file = folder.resolve("w.safetensors");
        Weights.random(new Bare(4), 1).save(file);
        assertThat(Weights.load(new Bare(4), file).tensors()).isEmpty();
        Safetensors.write(file, new LinkedHashMap<>(Map.of("weight", Tensor.allocate(4))), Map.of());
        assertThatThrownBy(() -> Weights.load(new Bare(4), file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no parameter of the block: weight");
    }
}
