/**
 * The operations: one record each, with its buffers, its cost, its {@code @Parallel} kernel and its
 * Vector API twin; and {@link farsight.op.Tape}, which records them together with their gradients.
 */
@NullMarked
package farsight.op;

import org.jspecify.annotations.NullMarked;
