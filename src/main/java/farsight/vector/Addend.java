package farsight.vector;

import java.lang.foreign.MemorySegment;

/**
 * What is added to a product.
 *
 * @param floats one row of n that is added to all rows (a bias), or as many floats as the product has
 * @param oneRow which of both
 */
record Addend(MemorySegment floats, boolean oneRow) {

    /** What goes to the element at this index, in this column. */
    float get(long at, int column) {
        return Lanes.get(floats, oneRow ? column : at);
    }
}
