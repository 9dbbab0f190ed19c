/**
 * An operation and the pieces it is stated with. Begin with {@link farsight.op.Op}.
 *
 * <ul>
 *   <li>A {@link farsight.op.Kernel} is a plain loop with its twins for work-groups and for the Vector API.
 *   <li>A {@link farsight.op.Call} binds a kernel to buffers and numbers, and a {@link farsight.op.Launch} says how a device
 *       starts it.
 *   <li>An {@link farsight.op.Op} is a list of calls, and its cost. What it reads, writes and may overwrite, and how each
 *       engine runs it, follow from the calls.
 * </ul>
 *
 * The operations themselves are records in the packages below this one, by family, each with its gradient beside it. {@code
 * farsight.tape} records them.
 */
@NullMarked
package farsight.op;

import org.jspecify.annotations.NullMarked;
