package farsight.inspect;

/**
 * The affinity of a block that has one map for every query: each row is a.
 *
 * @param a [M]
 * @param queries N
 */
record OneRow(float[] a, int queries) implements AffinityRows {

    @Override
    public int keys() {
        return a.length;
    }

    @Override
    public void visit(int[] which, Visitor visitor) {
        for (int place = 0; place < which.length; place++) {
            visitor.row(place, a, 0);
        }
    }
}
