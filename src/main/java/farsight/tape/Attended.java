package farsight.tape;

import farsight.program.Buffer;

/**
 * The result of attention.
 *
 * @param y [B, N, w]
 * @param norms of the weights before they are scaled, [B, N, 1]; gradients do not go through them
 */
public record Attended(Buffer y, Buffer norms) {}
