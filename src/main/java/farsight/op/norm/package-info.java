/**
 * Operations that normalise rows, columns or channels: softmax, unit L2 norm, layer norm, batch norm.
 */
@NullMarked
package farsight.op.norm;

import org.jspecify.annotations.NullMarked;
