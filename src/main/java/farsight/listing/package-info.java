/**
 * Kernels for reading: the Java source of each, kept in the jar for this, and the code that a device's
 * compiler made of it.
 */
@NullMarked
package farsight.listing;

import org.jspecify.annotations.NullMarked;
