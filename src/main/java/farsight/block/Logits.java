package farsight.block;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The logits of a block's softmax, by the names of the 1×1 convolutions that compute them from x. */
public sealed interface Logits {

    /**
     * scale·q_i·k_j, for every pair of positions.
     *
     * @param queries q
     * @param keys k
     */
    record Pairs(Vectors queries, Vectors keys, double scale) implements Logits {}

    /**
     * W·x_i + b, for every position; for one softmax, or several.
     *
     * @param convolutions the names before {@code .weight} [c, C, 1, 1] and {@code .bias} [c]
     */
    record Maps(List<String> convolutions) implements Logits {
        /** Copies the list. */
        public Maps {
            convolutions = List.copyOf(convolutions);
        }
    }

    /** Σ_n x_ni·x_nj, for every pair of channels. */
    record Channels() implements Logits {}

    /**
     * A vector per position: W·x + b, or x itself.
     *
     * @param convolution the name before {@code .weight} [c, C, 1, 1] and {@code .bias} [c]; null for x itself
     * @param pooled whether windows of positions are max-pooled, per channel
     */
    record Vectors(@Nullable String convolution, boolean pooled) {}
}
