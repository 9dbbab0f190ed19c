/**
 * The blocks of the library, and the interfaces for a block of your own. Begin with {@link farsight.block.Block}, then
 * read a short block such as {@link farsight.block.Snl}.
 *
 * <p>A block is a record of its options. It states its forward pass as equations on a {@link farsight.tape.Tape}, which
 * derives the backward pass. Parameters have the names and shapes of the PyTorch state dict.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>equations, options and source of a block</td><td>its record, for example {@link farsight.block.Dense},
 *       {@link farsight.block.NonLocal}, {@link farsight.block.LatentGnn}</td></tr>
 *   <tr><td>spec fields, label, memory growth, how a checkpoint is recognised</td><td>its entry, a
 *       {@link farsight.block.BlockKind}, in the same file or beside it</td></tr>
 *   <tr><td>all entries, with those found on the class path</td><td>{@link farsight.block.BlockKinds}</td></tr>
 *   <tr><td>short names such as {@code gc-r4}</td><td>{@link farsight.block.NamedBlock}</td></tr>
 *   <tr><td>JSON specs</td><td>{@link farsight.block.BlockSpec} reads and writes them; their fields
 *       {@code block.spec}</td></tr>
 *   <tr><td>a block recorded for one shape</td><td>{@link farsight.block.BlockProgram}</td></tr>
 *   <tr><td>how a block weighs positions, for inspection</td><td>{@link farsight.block.AttentionFactors},
 *       {@link farsight.block.Pairwise}</td></tr>
 * </table>
 */
@NullMarked
package farsight.block;

import org.jspecify.annotations.NullMarked;
