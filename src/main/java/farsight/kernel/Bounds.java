package farsight.kernel;

/** Bounds of parallel loops. */
final class Bounds {

    private Bounds() {}

    /**
     * n, which is not negative, as a number that was computed. A parallel loop must not have a parameter itself for its
     * bound: where such a kernel is given a grid, TornadoVM takes the grid's size for that parameter, everywhere in the
     * kernel. What is computed from parameters it leaves alone, and work-items beyond it find nothing to do.
     */
    static int computed(int n) {
        return n & Integer.MAX_VALUE;
    }
}
