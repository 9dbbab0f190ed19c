/**
 * Operations that move elements: copies of columns and rows, transposition.
 */
@NullMarked
package farsight.op.layout;

import org.jspecify.annotations.NullMarked;
