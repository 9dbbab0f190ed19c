/**
 * Sums over positions or over rows. A sum over positions runs in two stages: partial sums per chunk, then their sum.
 */
@NullMarked
package farsight.op.sum;

import org.jspecify.annotations.NullMarked;
