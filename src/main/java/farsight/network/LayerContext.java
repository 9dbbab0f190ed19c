package farsight.network;

import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.function.Supplier;

/** What a layer records with: the tape, and its parameters by the names without the layer's own. */
public interface LayerContext {

    /** The tape. */
    Tape tape();

    /** Whether the network is in training mode, in PyTorch's sense: batch norm and dropout differ. */
    boolean training();

    /** The buffer of a parameter or, in evaluation, of a statistic. */
    Buffer of(String name);

    /**
     * The batch's value of a statistic, from which an update of the kept one is recorded in training.
     *
     * @param count how many numbers per channel it was computed from
     */
    void keep(String name, Buffer statistic, long count);

    /**
     * Checks that a norm over the batch has a variance in training.
     *
     * @param count how many numbers per channel it is computed from
     * @throws SpecException when there is only one, which PyTorch refuses too
     */
    default void checkNormed(long count) {
        Checks.that(
                !training() || count > 1,
                "a norm over the batch expects more than 1 value per channel in training, and this batch has 1 sample"
                        + " of 1 position; take a larger batch");
    }

    /** The two numbers that dropout draws from: the seed and the step, [1, 1, 2]. */
    Buffer seed();

    /** A number that no other layer of this network draws with. */
    int stream();

    /**
     * Records one layer, in the context under its prefix.
     *
     * @param index of the layer in its list
     */
    Buffer recorded(int index, Layer layer, Extents in, Supplier<Buffer> recording);

    /** The context of a layer within this one. */
    LayerContext under(String prefix);
}
