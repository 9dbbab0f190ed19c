/**
 * Are a block's gradients right? They are held against central differences of what its own forward
 * pass answers, on any engine: {@link farsight.check.GradientCheck}.
 */
@NullMarked
package farsight.check;

import org.jspecify.annotations.NullMarked;
