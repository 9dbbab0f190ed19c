/**
 * Tasks: labelled samples, generated from a seed or made of data sets, most of which no local network solves. Begin with
 * {@link farsight.task.Task}; {@link farsight.task.Tasks} knows all by name.
 */
@NullMarked
package farsight.task;

import org.jspecify.annotations.NullMarked;
