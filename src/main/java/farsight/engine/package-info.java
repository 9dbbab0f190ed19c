/**
 * Where programs run: {@code java}, the plain loops in one thread; {@code vector}, the Vector API on
 * all cores; and every device that a TornadoVM SDK finds. All behind {@link farsight.engine.Engine}.
 * A device goes on with the compiled program of a closed session where it is asked for an equal one, and a CUDA device
 * may call cuBLAS for products ({@link farsight.engine.Engine#withLibrary}).
 * {@link farsight.engine.KernelUse} lists the kernels of a program, and a device shows its code of one.
 */
@NullMarked
package farsight.engine;

import org.jspecify.annotations.NullMarked;
