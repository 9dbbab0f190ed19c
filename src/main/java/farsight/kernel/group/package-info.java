/**
 * Work-group twins of {@link farsight.kernel} for devices with many cores: the same equations, computed by work-items
 * that share local memory and wait for each other at barriers.
 *
 * <p>Only a device can run them, because Java has no work-groups; each starts with the grid of its operation. Beside
 * the rules of {@link farsight.kernel}:
 *
 * <ul>
 *   <li>A kernel reads {@code localIdx} and {@code groupIdx} once, at the top: a second read breaks the compilation.
 *   <li>Only the method that allocates a local array uses it: in any other method, TornadoVM silently computes its
 *       addresses as if it were an object.
 *   <li>A private array starts with arbitrary contents. Unrolled loops index it by constants, so that it stays in
 *       registers.
 *   <li>No work-item returns before a barrier, and every group is full.
 * </ul>
 *
 * <p>The order of every sum depends on the shape alone, so a device gives the same bits every time.
 */
@NullMarked
package farsight.kernel.group;

import org.jspecify.annotations.NullMarked;
