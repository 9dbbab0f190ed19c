/**
 * The operations of {@code farsight.kernel} by the JDK's Vector API, with the rows split over all cores.
 *
 * <p>A twin has its kernel's name and parameters, and {@link farsight.vector.Workers} as the last parameter. The kernel
 * documents the meaning; this package documents only the differences.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>a short twin, to begin with</td><td>{@link farsight.vector.ElementVector}</td></tr>
 *   <tr><td>the twins</td><td>{@code …Vector}, named after the kernel's class; {@code RowDots}</td></tr>
 *   <tr><td>loads, stores, masks, sums over lanes; exp</td><td>{@code Lanes}; {@code Exponential}</td></tr>
 *   <tr><td>threads</td><td>{@link farsight.vector.Workers}</td></tr>
 *   <tr><td>products</td><td>{@code Product} with its tiles {@code RegisterTiles}; {@code ThinProduct} with an epilogue
 *       and its tiles {@code Strips}; {@code DotProducts} and {@code RankOne} for few rows or columns</td></tr>
 *   <tr><td>attention; windows over maps</td><td>{@code vector.attention}; {@code vector.image}</td></tr>
 *   <tr><td>short rows; sums over positions</td><td>{@code RowPieces}; {@code ColumnChunks}</td></tr>
 *   <tr><td>whether this JVM can run it</td><td>{@link farsight.vector.VectorSupport}</td></tr>
 * </table>
 *
 * <p>Twins read and write the arrays' own off-heap segments, without a copy. They sum in another order than the
 * kernels: results agree to about 1e-6 (relative, by norm), not to the bit. The order depends only on the shape and on
 * the machine's vector length, so results are the same for any number of threads and in every run. For this reason no
 * {@code reduceLanes} adds floats here: its order is unspecified, and differs between interpreted and compiled code.
 *
 * <p>Call {@link farsight.vector.VectorSupport#available} before any class here and in the packages below other than
 * {@link farsight.vector.VectorSupport} and {@link farsight.vector.Workers}: it loads the Vector API if the JVM was started
 * without {@code --add-modules jdk.incubator.vector}.
 *
 * <p>Scratch outside the memory plan: each thread keeps at most about 400 KB for the blocks of a product ({@link
 * farsight.vector.MatMulVector}), 1.5 MB for streaming attention ({@link farsight.vector.attention.FlashAttentionVector}), 1.1 MB for convolution, and a
 * few floats per column for sums over positions.
 */
@NullMarked
package farsight.vector;

import org.jspecify.annotations.NullMarked;
