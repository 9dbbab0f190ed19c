/**
 * The meaning of every operation: static methods of plain {@code @Parallel} loops over {@code FloatArray}, each under
 * its equation.
 *
 * <p>The {@code java} engine runs a kernel as Java, and TornadoVM compiles the same method for a GPU. So kernels use
 * only what TornadoVM compiles: {@code int} indices, loops of the form {@code i < bound}, no objects, no exceptions,
 * flags as {@code int} (0 or 1) because TornadoVM refuses boolean parameters, and no name of a method or a parameter that
 * OpenCL C reserves ({@code dot}, {@code normalize}, {@code kernel}, …).
 *
 * <p>A kernel has one parallel loop with a computed bound, so that any number of work-items gives the right result
 * ({@code Bounds}). An elementwise kernel over rows takes {@code elementsEach}, the number of elements per iteration, a
 * divisor of the row length. A CPU takes the whole row, so the row index is computed once per row. A GPU takes one
 * element, so neighbouring work-items read neighbouring numbers.
 *
 * <p>Letters: B batch, N positions, C channels, c inner channels, d latent nodes. Every array is float32 and row-major.
 * A sum over positions is taken in blocks, and the blocks' sums are added. Its error grows with the block length plus
 * the number of blocks, far more slowly than with N.
 */
@NullMarked
package farsight.kernel;

import org.jspecify.annotations.NullMarked;
