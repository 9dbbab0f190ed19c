package farsight.tape;

import farsight.program.Buffer;

/**
 * Weighted means, scaled to a length of about 1.
 *
 * @param y one mean per column, [B, C, k]
 * @param factors the factor from each weighted sum to its mean, [B, 1, k]
 */
public record Means(Buffer y, Buffer factors) {}
