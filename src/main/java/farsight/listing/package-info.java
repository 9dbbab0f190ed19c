/**
 * Kernels for reading: the Java source of each, which the jar includes for this, and the code that a device's compiler
 * generates from it. Begin with {@link farsight.listing.KernelListing}.
 */
@NullMarked
package farsight.listing;

import org.jspecify.annotations.NullMarked;
