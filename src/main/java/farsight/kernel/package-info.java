/**
 * What every operation means: static methods of plain loops over {@code FloatArray}, annotated
 * {@code @Parallel}, each under its equation.
 *
 * <p>The same method is run as Java by the {@code java} engine and compiled for a GPU by TornadoVM,
 * so it keeps to what TornadoVM compiles: {@code int} indices, loops of the form {@code i < bound},
 * no objects, no exceptions, flags as {@code int} (0 or 1) because boolean parameters are refused,
 * and no method name that OpenCL C reserves ({@code dot}, {@code normalize}, …).
 *
 * <p>A kernel has one parallel loop, and its bound is computed, so that it runs rightly whatever the number of
 * work-items ({@code Bounds}). An operation that goes element by element along rows takes {@code elementsEach}, the elements per
 * iteration, a divisor of the row's length. A processor takes the whole row, so the row's index is computed once per row. A
 * GPU takes one element, so neighbouring work-items read neighbouring numbers.
 *
 * <p>Letters: B batch, N positions, C channels, c inner channels, d latent nodes. Every array is
 * float32 and row-major. A sum that runs over positions is taken in blocks, and the blocks' sums are
 * added: its error grows with the block's length plus the number of blocks, which is far less than
 * with N.
 */
@NullMarked
package farsight.kernel;

import org.jspecify.annotations.NullMarked;
