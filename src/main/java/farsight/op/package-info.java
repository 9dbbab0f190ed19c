/**
 * Operations: the units that programs are made of and that engines run.
 *
 * <p>An operation states its buffers, its kernel calls and its cost once. How each engine runs it, and which buffers it
 * reads, writes and may overwrite, follow from the calls.
 *
 * <table>
 *   <caption>Where to look</caption>
 *   <tr><th>For</th><th>See</th></tr>
 *   <tr><td>an operation: a list of calls, and its cost</td><td>{@link farsight.op.Op}; begin here, then read {@link
 *       farsight.op.element.Residual} as the shortest example</td></tr>
 *   <tr><td>a plain loop with its twins for work-groups and for the Vector API</td><td>{@link
 *       farsight.op.Kernel}</td></tr>
 *   <tr><td>a kernel bound to buffers and numbers</td><td>{@link farsight.op.Call}, {@link
 *       farsight.op.Operand}</td></tr>
 *   <tr><td>how a device starts a call</td><td>{@link farsight.op.Launch}, {@link farsight.op.GroupLimits}</td></tr>
 *   <tr><td>a product as a BLAS call</td><td>{@link farsight.op.Gemm}</td></tr>
 *   <tr><td>the operations themselves</td><td>the packages below, by family: {@code element}, {@code product}, {@code
 *       norm}, {@code sum}, {@code attention}, {@code layout}, {@code image}; each operation is a record with its gradient beside
 *       it</td></tr>
 *   <tr><td>recording operations into a program</td><td>{@code farsight.tape}</td></tr>
 * </table>
 */
@NullMarked
package farsight.op;

import org.jspecify.annotations.NullMarked;
