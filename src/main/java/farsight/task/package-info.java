/**
 * Tasks that no local network solves, generated from a seed.
 */
@NullMarked
package farsight.task;

import org.jspecify.annotations.NullMarked;
