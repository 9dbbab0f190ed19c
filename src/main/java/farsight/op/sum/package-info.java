/**
 * Sums over positions or over rows. A sum over positions is cut into chunks, whose sums are added in a second stage.
 */
@NullMarked
package farsight.op.sum;

import org.jspecify.annotations.NullMarked;
