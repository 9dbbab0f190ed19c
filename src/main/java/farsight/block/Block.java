package farsight.block;

import farsight.program.Buffer;
import farsight.tape.BatchNormed;
import farsight.tape.Tape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A block: its options, parameters and forward pass. The tape derives the backward pass. A block is a record of its
 * options, so blocks with equal options are equal. Its {@link BlockKind} makes it known to specs and commands.
 */
public interface Block extends Parameterized {

    /** The value of {@code "block"} in a spec, {@link BlockKind#name}. */
    String kind();

    /** C, channels in and out. */
    int channels();

    /** Latent nodes d of every kernel; empty if the block has none. */
    default List<Integer> latentDims() {
        return List.of();
    }

    /** Whether the block adds its result to x. Otherwise y is the result alone. */
    default boolean residual() {
        return true;
    }

    /**
     * The kinds of grid that the block accepts, the commands' default first. Others are refused before {@link
     * #forward} is called.
     */
    default List<Grid.Kind> grids() {
        return List.of(Grid.Kind.PLANE, Grid.Kind.LINE);
    }

    /** The accepted shapes for messages, such as {@code the nonlocal spec expects [batch, channels, positions]}. */
    default String expectedFeatures() {
        return "the %s spec expects %s"
                .formatted(kind(), grids().stream().map(Grid.Kind::features).collect(Collectors.joining(" or ")));
    }

    @Override
    default String noun() {
        return "block";
    }

    @Override
    default String title() {
        return "%s block of %d channels".formatted(kind(), channels());
    }

    @Override
    default List<Statistic> statistics() {
        return List.of();
    }

    /**
     * The logits of the block's softmax, for a warning if they are too large for float32. Empty if the block has no
     * softmax, or one whose logits cannot be large.
     */
    default Optional<Logits> logits() {
        return Optional.empty();
    }

    /** One warning per option value with an effect that nobody would want. */
    default List<String> cautions() {
        return List.of();
    }

    /**
     * Records the forward pass.
     *
     * @param x [B, N, C]
     * @param p the parameters by name, and the grid
     * @return y, [B, N, C]
     */
    Buffer forward(Tape t, Buffer x, BlockContext p);

    /** The parameters and grid of a block being recorded, and sinks for its intermediates. */
    interface BlockContext {
        /** The buffer of the parameter of that name. */
        Buffer of(String name);

        /** The 1×1 convolution of x with the parameters {@code name.weight} and {@code name.bias}. */
        default Buffer project(Tape t, Buffer x, String name) {
            return t.project(x, of(name + ".weight"), of(name + ".bias"));
        }

        /** The same where only a softmax over the positions, or over the keys, follows: see {@link Tape#projectBeforeSoftmax}. */
        default Buffer projectBeforeSoftmax(Tape t, Buffer x, String name) {
            return t.projectBeforeSoftmax(x, of(name + ".weight"), of(name + ".bias"));
        }

        /** The grid of the positions. */
        Grid grid();

        /**
         * Batch norm with the parameters {@code name.weight} and {@code name.bias}: by the statistics of the batch,
         * which are kept as {@code name.running_mean} and {@code name.running_var}. A network in evaluation records it
         * with the kept ones.
         */
        default Buffer batchNorm(Tape t, Buffer x, String name) {
            BatchNormed n = t.batchNorm(x, of(name + ".weight"), of(name + ".bias"));
            keep(name + ".running_mean", n.mean());
            keep(name + ".running_var", n.variance());
            return n.y();
        }

        /**
         * Makes an intermediate an output of the program: the batch's value of the statistic of that name. It has as
         * many floats as the statistic, or as many per sample.
         */
        void keep(String name, Buffer statistic);

        /**
         * Names the buffers that hold the block's attention, for a program that shows it. Only the first call counts.
         * A block without a call cannot be inspected.
         */
        void show(AttentionFactors factors);
    }
}
