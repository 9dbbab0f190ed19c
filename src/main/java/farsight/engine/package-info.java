/**
 * Where programs run: {@code java}, the plain loops in one thread; {@code vector}, the Vector API on
 * all cores; every device that a TornadoVM SDK finds; and the engines of other {@link farsight.engine.EngineProvider}s. All
 * stand behind {@link farsight.engine.Engine}; {@link farsight.engine.Engines} finds them.
 * A device goes on with the compiled program of a closed session where it is asked for an equal one, and a CUDA device
 * may call cuBLAS for products ({@link farsight.engine.Engine#withLibrary}).
 * {@link farsight.engine.KernelUse} lists the kernels of a program, and a device shows its code of one.
 */
@NullMarked
package farsight.engine;

import org.jspecify.annotations.NullMarked;
