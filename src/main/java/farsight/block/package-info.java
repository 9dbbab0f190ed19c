/**
 * The blocks: each is a record of its options that states its forward pass as equations on a {@link
 * farsight.op.Tape}; the backward pass follows from the tape. Parameters carry the names and shapes
 * of the PyTorch state dicts that they come from.
 */
@NullMarked
package farsight.block;

import org.jspecify.annotations.NullMarked;
