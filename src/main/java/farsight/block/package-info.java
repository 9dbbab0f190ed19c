/**
 * The blocks: each is a record of its options that states its forward pass as equations on a {@link
 * farsight.tape.Tape}; the backward pass follows from the tape. Parameters carry the names and shapes
 * of the PyTorch state dicts that they come from.
 *
 * <p>A block is one file: its record, a {@link farsight.block.Block}, and its entry, a {@link farsight.block.BlockKind},
 * which holds all else that is known of it. {@link farsight.block.BlockKinds} lists the library's entries and finds those
 * of others; {@link farsight.block.BlockSpec} reads and writes specs by them.
 */
@NullMarked
package farsight.block;

import org.jspecify.annotations.NullMarked;
