/** The cases in libtorch: products, blocks and networks by its own operations, gradients and optimiser. */
package farsight.peers.torch;
