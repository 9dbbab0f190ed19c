/**
 * Operations at the end of a training step: the norm of the gradients, and updates in place of parameters and of
 * statistics.
 */
@NullMarked
package farsight.op.update;

import org.jspecify.annotations.NullMarked;
