/** Operations per element or per channel: activations, residuals, copies, terms and factors per channel. */
@NullMarked
package farsight.op.element;

import org.jspecify.annotations.NullMarked;
