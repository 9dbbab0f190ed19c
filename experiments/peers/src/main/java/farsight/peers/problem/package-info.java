/** What is compared: cases, the same numbers for every side, and what a side makes of them. */
package farsight.peers.problem;
