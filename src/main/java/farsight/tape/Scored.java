package farsight.tape;

import farsight.program.Buffer;

/**
 * A cross-entropy, and what the batch is reported by.
 *
 * @param loss [1, 1, 1]
 * @param totals of the labels that count, [1, 1, 4]: the weighted sum of −log p, the sum of the weights, at {@link
 *     #COUNTED} their number, and at {@link #CORRECT} how many of them are the first largest logit
 */
public record Scored(Buffer loss, Buffer totals) {

    /** Index into the totals: the number of labels that count. */
    public static final int COUNTED = 2;

    /** Index into the totals: how many of them are predicted. */
    public static final int CORRECT = 3;
}
