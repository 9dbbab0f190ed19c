package farsight.block;

import org.jspecify.annotations.Nullable;

/** The logits of a block's softmax over positions, by the names of the 1×1 convolutions that make them of x. */
public sealed interface Logits {

    /**
     * scale·q_i·k_j, for every pair of positions.
     *
     * @param queries q
     * @param keys k
     */
    record Pairs(Vectors queries, Vectors keys, double scale) implements Logits {}

    /**
     * w·x_i + b, for every position.
     *
     * @param convolution the name before {@code .weight} [1, C, 1, 1] and {@code .bias} [1]
     */
    record Map(String convolution) implements Logits {}

    /**
     * A vector a position: W·x + b, or x itself.
     *
     * @param convolution the name before {@code .weight} [c, C, 1, 1] and {@code .bias} [c]; null for x itself
     * @param pooled whether 2×2 positions give one, by the maximum of each channel
     */
    record Vectors(@Nullable String convolution, boolean pooled) {}
}
