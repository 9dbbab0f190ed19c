package farsight.block;

import farsight.op.Tape;
import farsight.program.Buffer;
import java.util.List;

/** A block: its options, its parameters, its forward pass. Written as a JSON spec by {@link BlockSpec}. */
public sealed interface Block permits Dense, NonLocal, Snl, Gc, Se, LatentGnnTalk, LatentGnn {

    /** The value of {@code "block"} in a spec. */
    String kind();

    /** C, channels in and out. */
    int channels();

    /** Latent nodes d of every kernel; empty for blocks that have none. */
    default List<Integer> latentDims() {
        return List.of();
    }

    /** Every weight, in the order of the PyTorch module. */
    List<Parameter> parameters();

    /**
     * The running means and variances that norms over the batch keep beside the weights. The block does
     * not read them; a trainer moves them on after each batch.
     */
    default List<Parameter> statistics() {
        return List.of();
    }

    /**
     * Records the forward pass.
     *
     * @param x [B, N, C]
     * @param p the parameters by name, and the grid
     * @return y, [B, N, C]
     */
    Buffer forward(Tape t, Buffer x, Given p);

    /** What a block being recorded is given. */
    interface Given {
        /** The buffer of the parameter of that name. */
        Buffer of(String name);

        /** How the positions lie. */
        Grid grid();

        /** Makes an intermediate an output of the program, under a name. */
        void keep(String name, Buffer statistic);

        /** Names the buffers by which the block weighs positions, for a program that shows them. */
        void show(Weighing weighing);
    }

    /** Number of floats of all parameters; running statistics are none. */
    default long parameterCount() {
        return parameters().stream()
                .filter(p -> !p.statistic())
                .mapToLong(Parameter::elements)
                .sum();
    }
}
