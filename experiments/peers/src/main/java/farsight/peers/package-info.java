/** Farsight's blocks beside the same ones in libtorch, and its products beside OpenBLAS. */
package farsight.peers;
