package farsight.op;

import farsight.program.Buffer;

/**
 * Where a contribution to a gradient is written.
 *
 * @param buffer the gradient
 * @param accumulate whether to add to the numbers that it holds
 */
public record Target(Buffer buffer, boolean accumulate) {}
