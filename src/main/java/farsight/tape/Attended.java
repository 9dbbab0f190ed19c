package farsight.tape;

import farsight.program.Buffer;

/**
 * The result of attention.
 *
 * @param y [B, N, w]
 * @param norms of the unscaled weights, [B, N, 1]; no gradient flows through them
 */
public record Attended(Buffer y, Buffer norms) {}
