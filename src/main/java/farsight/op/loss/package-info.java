/** Losses: one number from the outputs of a network and what they should be. */
@NullMarked
package farsight.op.loss;

import org.jspecify.annotations.NullMarked;
