package farsight.vector;

import java.lang.foreign.MemorySegment;

/**
 * A matrix or a bias to add to a product.
 *
 * @param floats one row of n for all rows (a bias), or as many floats as the product has
 * @param oneRow whether it is one row
 */
record Addend(MemorySegment floats, boolean oneRow) {

    /** The number to add to the element at this index, in this column. */
    float get(long at, int column) {
        return Lanes.get(floats, oneRow ? column : at);
    }
}
