/**
 * Training: a step of a network as one program, the trainer that repeats it, checkpoints, and evaluation.
 */
@NullMarked
package farsight.train;

import org.jspecify.annotations.NullMarked;
