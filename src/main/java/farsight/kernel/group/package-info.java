/**
 * Twins of {@link farsight.kernel} for devices with many cores: the same equations for work-groups, whose items share
 * local memory and wait for each other at barriers.
 *
 * <p>They mean nothing as Java, where there are no groups, so only a device runs them; each is started with the grid
 * that its operation asks for. They keep to what TornadoVM compiles, and besides:
 *
 * <ul>
 *   <li>{@code localIdx} and {@code groupIdx} are read once, at the top: a second read breaks the compilation;
 *   <li>a local array is used in the method that allocates it alone: in a method that it is passed to, TornadoVM
 *       computes its addresses as if it were an object, without a word;
 *   <li>a private array holds anything at first, and is indexed by constants once loops are unrolled, so that it lies in
 *       registers;
 *   <li>no item returns before a barrier, and every group is full.
 * </ul>
 *
 * <p>Sums are taken in an order that depends on the shape alone, so that a device gives the same bits every time.
 */
@NullMarked
package farsight.kernel.group;

import org.jspecify.annotations.NullMarked;
