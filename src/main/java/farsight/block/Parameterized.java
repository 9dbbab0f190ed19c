package farsight.block;

import java.util.List;

/** A computation with weights: a block, or a network. */
public interface Parameterized {

    /** What it is, for messages: {@code block} or {@code network}. */
    String noun();

    /** Which one it is, for messages, such as {@code gc block of 64 channels}. */
    String title();

    /** Every weight, in the order of the PyTorch module. */
    List<Parameter> parameters();

    /**
     * The numbers that it keeps over batches; a trainer updates them after each batch. It reads those that are also
     * {@link #parameters}. The others, running means and variances of norms over the batch, are stored beside the
     * weights.
     */
    List<Statistic> statistics();

    /** Whether a file of weights must hold the statistics too; otherwise missing ones have their initial values. */
    default boolean statisticsRequired() {
        return false;
    }

    /** Number of floats of all parameters except {@link Parameter.Kind#BUFFER}. */
    default long parameterCount() {
        return Parameter.count(parameters());
    }
}
