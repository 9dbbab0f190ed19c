package farsight.block;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import farsight.text.Line;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A block recorded for one shape and pass. Recording allocates nothing, at any N. A program with a backward pass has
 * two parts: the first ends with y, and only the second reads dy.
 *
 * @param block the block
 * @param program its steps
 * @param x input, [B, N, C]
 * @param y output, [B, N, C]
 * @param dy upstream gradient, [B, N, C]; null in a forward pass
 * @param dx gradient of x; null in a forward pass
 * @param parameters by name, in the block's order
 * @param gradients of the parameters that are trained, by name; empty in a forward pass
 * @param statistics this batch's values of the block's {@link Block#statistics}, by name
 * @param held results without a gradient, all outputs, each with the input that replaces it; empty except for
 *     {@link Purpose#DIFFERENCES}
 * @param attention the buffers that hold the block's attention, all outputs; null except for {@link Purpose#INSPECTION}
 */
public record BlockProgram(
        Block block,
        Program program,
        Buffer x,
        Buffer y,
        @Nullable Buffer dy,
        @Nullable Buffer dx,
        SequencedMap<String, Buffer> parameters,
        SequencedMap<String, Buffer> gradients,
        SequencedMap<String, Buffer> statistics,
        SequencedMap<Buffer, Buffer> held,
        @Nullable AttentionFactors attention) {

    /** Makes the maps unmodifiable. */
    public BlockProgram {
        parameters = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parameters));
        gradients = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(gradients));
        statistics = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(statistics));
        held = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(held));
    }

    /**
     * Records a block over N points.
     *
     * @param batch B, at least 1
     * @param positions N, at least 1
     * @throws IllegalArgumentException when B or N is below 1, or a buffer exceeds 2^63 bytes
     * @throws SpecException when the block needs a grid
     */
    public static BlockProgram of(Block block, long batch, long positions, Pass pass) {
        return of(block, batch, Grid.points(positions), pass);
    }

    /**
     * Records a block over a grid.
     *
     * @param batch B, at least 1
     * @throws IllegalArgumentException when B is below 1, or a buffer exceeds 2^63 bytes
     * @throws SpecException when the block does not accept the grid
     */
    public static BlockProgram of(Block block, long batch, Grid grid, Pass pass) {
        return of(block, batch, grid, pass.purpose());
    }

    /**
     * Records a block over a grid for one use of its forward pass. For {@link Purpose#INSPECTION}, {@link #attention} is
     * stored and can be read after a run. For {@link Purpose#DIFFERENCES}, inputs replace the results without a
     * gradient, {@link #held}.
     *
     * @param batch B, at least 1
     * @throws IllegalArgumentException when B is below 1, or a buffer exceeds 2^63 bytes
     * @throws SpecException when the block does not accept the grid
     */
    public static BlockProgram of(Block block, long batch, Grid grid, Purpose purpose) {
        try {
            return recorded(block, batch, grid, purpose);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "%s block of %d channels over %s positions is larger than a long can count"
                            .formatted(Line.withArticle(block.kind()), block.channels(), grid),
                    e);
        }
    }

    private static BlockProgram recorded(Block block, long batch, Grid grid, Purpose purpose) {
        Checks.that(
                block.grids().contains(grid.kind()), "%s, not %s positions".formatted(block.expectedFeatures(), grid));
        Program.Builder builder = new Program.Builder(block.kind().replace("-", ""));
        boolean both = purpose == Purpose.BACKWARD;
        Tape tape = new Tape(builder, purpose);
        Shape features = new Shape(batch, grid.positions(), block.channels());
        Buffer x = tape.given("x", features, Role.INPUT);
        SequencedMap<String, Buffer> parameters = new LinkedHashMap<>();
        for (Parameter p : block.parameters()) {
            parameters.put(p.name(), tape.given(p.name(), p.shape(), Role.PARAMETER));
        }
        SequencedMap<String, Buffer> statistics = new LinkedHashMap<>();
        List<AttentionFactors> attention = new ArrayList<>();
        Block.BlockContext context = new Block.BlockContext() {
            @Override
            public Buffer of(String name) {
                return Objects.requireNonNull(parameters.get(name), name);
            }

            @Override
            public Grid grid() {
                return grid;
            }

            @Override
            public void keep(String name, Buffer statistic) {
                builder.output(statistic);
                statistics.put(name, statistic);
            }

            @Override
            public void show(AttentionFactors found) {
                attention.add(found);
            }
        };
        Buffer y = block.forward(tape, x, context);
        builder.output(y);
        tape.held().keySet().forEach(builder::output);
        AttentionFactors shown = purpose == Purpose.INSPECTION
                ? attention.stream().findFirst().orElseGet(AttentionFactors.Untold::new)
                : null;
        if (shown != null) {
            shown.buffers().forEach(builder::keep);
        }
        Buffer dy = null;
        Buffer dx = null;
        SequencedMap<String, Buffer> gradients = new LinkedHashMap<>();
        if (both) {
            // A caller may read y here, before it supplies dy.
            builder.endPart();
            dy = tape.given("dy", features, Role.INPUT);
            List<Parameter> trained =
                    block.parameters().stream().filter(Parameter::trained).toList();
            List<Buffer> wanted = new ArrayList<>(List.of(x));
            trained.forEach(p -> wanted.add(context.of(p.name())));
            List<Buffer> all = tape.backward(y, dy, wanted);
            dx = all.getFirst();
            int i = 1;
            for (Parameter p : trained) {
                gradients.put(p.name(), all.get(i++));
            }
        }
        return new BlockProgram(
                block, builder.build(), x, y, dy, dx, parameters, gradients, statistics, tape.held(), shown);
    }
}
