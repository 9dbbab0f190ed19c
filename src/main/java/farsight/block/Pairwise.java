package farsight.block;

import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.Optional;

/**
 * A block whose affinity A is a function of every pair of positions. A row of A needs its own query and all keys, so a
 * few rows can be computed without all N×M weights.
 */
public interface Pairwise {

    /**
     * Records rows of A exactly as the block does.
     *
     * @param queries [B, R, q], some of {@link AttentionFactors.Pairs#queries}
     * @param keys [B, M, q], all of {@link AttentionFactors.Pairs#keys}
     * @return the rows of A of these queries, [B, R, M]
     */
    Buffer affinity(Tape t, Buffer queries, Buffer keys);

    /** Whether rows of A are softmaxes: not negative, sum 1. */
    boolean softmax();

    /** Whether keys are max-pooled 2×2 over the grid. Otherwise there is one key per position. */
    default boolean poolsKeys() {
        return false;
    }

    /**
     * The block with the same result and parameters that does not store A; empty if there is none, or if this is it.
     */
    default Optional<Block> streaming() {
        return Optional.empty();
    }
}
