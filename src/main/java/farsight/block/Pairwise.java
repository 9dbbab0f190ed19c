package farsight.block;

import farsight.program.Buffer;
import farsight.tape.Tape;
import java.util.Optional;

/**
 * A block whose affinity A is a function of every pair of positions. A row of A needs its own query
 * and all keys, so rows can be had a few at a time without the N×M whole.
 */
public interface Pairwise {

    /**
     * Records rows of A, exactly as the block itself does.
     *
     * @param queries [B, R, q], some of {@link AttentionFactors.Pairs#queries}
     * @param keys [B, M, q], all of {@link AttentionFactors.Pairs#keys}
     * @return A's rows of these queries, [B, R, M]
     */
    Buffer affinity(Tape t, Buffer queries, Buffer keys);

    /** Whether rows of A come from a softmax: not negative, sum 1. */
    boolean softmax();

    /** Whether a key is the maximum of 2×2 positions of a grid; else each position has a key of its own. */
    default boolean poolsKeys() {
        return false;
    }

    /** The same function with A in no array, and the same parameters; empty where there is none, and where this is it. */
    default Optional<Block> streaming() {
        return Optional.empty();
    }
}
