/** Matrix products, alone or fused with an epilogue: a norm, a residual, the gradient of a norm. */
@NullMarked
package farsight.op.product;

import org.jspecify.annotations.NullMarked;
