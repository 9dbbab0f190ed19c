/**
 * Tells whether a block's attention depends on the query. Numbers and maps show how a block with weights weighs the
 * positions of one input, read from its own buffers after a forward pass. Begin with
 * {@link farsight.inspect.Inspector}.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>everything about one block and input</td><td>{@link farsight.inspect.Inspector}, its result
 *       {@link farsight.inspect.Inspection}</td></tr>
 *   <tr><td>average distance of vectors</td><td>{@code CosineDistance},
 *       {@code JensenShannon}</td></tr>
 *   <tr><td>rows of the affinity, never all of them at once</td><td>{@link farsight.inspect.AffinityRows}: of every pair
 *       of positions, through latent nodes, or one for all queries</td></tr>
 *   <tr><td>singular values and captured energy</td><td>{@link farsight.inspect.Spectrum},
 *       {@link farsight.inspect.Captured}</td></tr>
 *   <tr><td>where a position is in the picture</td><td>{@link farsight.inspect.Scene},
 *       {@link farsight.inspect.Query}</td></tr>
 * </table>
 */
@NullMarked
package farsight.inspect;

import org.jspecify.annotations.NullMarked;
