/**
 * Windows over maps of positions with the Vector API: convolution and its gradients. Each {@code …Vector} class has the
 * twins of a class of {@code kernel}.
 */
@NullMarked
package farsight.vector.image;

import org.jspecify.annotations.NullMarked;
