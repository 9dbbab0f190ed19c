package farsight.inspect;

/** Rows of an affinity A [N, M], a few at a time: the whole of A is never held. */
interface AffinityRows extends AutoCloseable {

    /** N. */
    int queries();

    /** M. */
    int keys();

    /**
     * Computes some rows.
     *
     * @param which the queries, in any order
     * @param visitor receives each row, in the order of {@code which}
     */
    void visit(int[] which, Visitor visitor);

    @Override
    default void close() {}

    /** Receives rows. */
    @FunctionalInterface
    interface Visitor {
        /**
         * One row.
         *
         * @param place its index in {@code which}
         * @param values holds the row's M values from {@code from} on, and only during the call
         */
        void row(int place, float[] values, int from);
    }

    /** The rows in a new array, [which.length][M]. */
    default float[][] copy(int[] which) {
        float[][] rows = new float[which.length][keys()];
        visit(which, (place, values, from) -> System.arraycopy(values, from, rows[place], 0, keys()));
        return rows;
    }
}
