/**
 * Attention between positions whose weights are not stored, and the weights of pairs that are.
 */
@NullMarked
package farsight.op.attention;

import org.jspecify.annotations.NullMarked;
