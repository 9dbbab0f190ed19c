/**
 * Farsight beside libtorch and OpenBLAS: the command, the processes that measure, the search for a peer's best setting,
 * and the results.
 */
package farsight.peers;
