package farsight.vector;

import java.lang.foreign.MemorySegment;

/**
 * One factor of a product, A or B, with its strides in floats. The sum may be cut into chunks, each a product of its
 * own.
 *
 * @param floats the matrices, one after the other
 * @param batch from one matrix of the batch to the next; 0 if all share one
 * @param line from one row of A, or one column of B, to the next
 * @param step from one term of the sum to the next
 * @param terms terms of the sum, over all chunks
 * @param chunks chunks per matrix
 * @param chunkTerms terms per chunk; the last chunk may have fewer
 */
public record Factor(MemorySegment floats, long batch, long line, long step, int terms, int chunks, int chunkTerms) {

    /** Matrices whose lines are contiguous: [lines, terms]. */
    public static Factor ofLines(MemorySegment floats, long batch, int terms) {
        return new Factor(floats, batch, terms, 1, terms, 1, terms);
    }

    /** Matrices whose terms are the rows: [terms, lines]. */
    public static Factor ofTerms(MemorySegment floats, long batch, int lines, int terms, int chunks, int chunkTerms) {
        return new Factor(floats, batch, 1, lines, terms, chunks, chunkTerms);
    }

    /** Index of the first element of chunk {@code index}, counted over all matrices. */
    long start(int index) {
        return index / chunks * batch + (long) (index % chunks) * chunkTerms * step;
    }

    /** Terms of chunk {@code index}. */
    int terms(int index) {
        return Math.max(0, Math.min(chunkTerms, terms - index % chunks * chunkTerms));
    }
}
