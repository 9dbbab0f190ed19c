/**
 * Operations on one element at a time, or on one channel: activations, sums of maps, factors per channel.
 */
@NullMarked
package farsight.op.element;

import org.jspecify.annotations.NullMarked;
