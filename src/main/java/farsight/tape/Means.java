package farsight.tape;

import farsight.program.Buffer;

/**
 * Weighted means of unit length.
 *
 * @param y a mean a column, [B, C, k]
 * @param factors what each was multiplied by to come from the weighted sum, [B, 1, k]
 */
public record Means(Buffer y, Buffer factors) {}
