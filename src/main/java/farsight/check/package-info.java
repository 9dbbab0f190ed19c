/**
 * Checks a block's gradients against central differences of its own forward pass, on any engine. Begin with
 * {@link farsight.check.GradientCheck}.
 */
@NullMarked
package farsight.check;

import org.jspecify.annotations.NullMarked;
