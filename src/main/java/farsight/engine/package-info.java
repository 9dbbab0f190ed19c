/**
 * Where programs run: {@code java}, the plain loops in one thread; {@code vector}, the Vector API on
 * all cores; and every device that a TornadoVM SDK finds. All behind {@link farsight.engine.Engine}.
 * {@link farsight.engine.KernelUse} lists the kernels of a program, and a device shows its code of one.
 */
@NullMarked
package farsight.engine;

import org.jspecify.annotations.NullMarked;
