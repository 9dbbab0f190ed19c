/**
 * Attention between positions: fused operations that never store the weights, and operations on stored weights of
 * pairs.
 */
@NullMarked
package farsight.op.attention;

import org.jspecify.annotations.NullMarked;
