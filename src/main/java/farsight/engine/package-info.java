/**
 * Where programs run: {@code java}, the plain loops in one thread; {@code vector}, the Vector API on
 * all cores; and every device that a TornadoVM SDK finds. All behind {@link farsight.engine.Engine}.
 */
@NullMarked
package farsight.engine;

import org.jspecify.annotations.NullMarked;
