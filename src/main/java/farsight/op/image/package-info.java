/**
 * Operations by a window over maps of positions: convolution, pooling, resampling.
 */
@NullMarked
package farsight.op.image;

import org.jspecify.annotations.NullMarked;
