/**
 * Attention with the Vector API, without a stored affinity. Each {@code …Vector} class has the twins of a class of
 * {@code kernel}; its forward and backward passes and their workspaces have files of their own.
 */
@NullMarked
package farsight.vector.attention;

import org.jspecify.annotations.NullMarked;
