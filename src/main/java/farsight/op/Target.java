package farsight.op;

import farsight.program.Buffer;

/**
 * The buffer that receives a contribution to a gradient.
 *
 * @param buffer the gradient
 * @param accumulate whether to add to its contents
 */
public record Target(Buffer buffer, boolean accumulate) {}
