package farsight.tape;

import farsight.program.Buffer;

/**
 * A 1×1 convolution.
 *
 * @param w W, [1, out, in]
 * @param bias b, [1, 1, out]
 */
public record Projection(Buffer w, Buffer bias) {}
