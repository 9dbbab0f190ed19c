/**
 * A block's spec as JSON fields: {@link farsight.block.spec.SpecFields} reads them,
 * {@link farsight.block.spec.SpecWriter} writes them, and a {@link farsight.block.spec.SpecException} names the field
 * and the values that were expected.
 */
@NullMarked
package farsight.block.spec;

import org.jspecify.annotations.NullMarked;
