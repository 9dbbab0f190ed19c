/**
 * Losses and updates of training by the Vector API.
 */
@NullMarked
package farsight.vector.training;

import org.jspecify.annotations.NullMarked;
