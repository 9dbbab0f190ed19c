/**
 * Networks: layers in a JSON spec, recorded on the tape as a block is. Nothing of a network is special to an engine.
 */
@NullMarked
package farsight.network;

import org.jspecify.annotations.NullMarked;
