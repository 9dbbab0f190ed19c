package farsight.kernel;

/** Bounds of parallel loops. */
final class Bounds {

    private Bounds() {}

    /**
     * Returns n ≥ 0 as a computed number. A parallel loop must not have a parameter as its bound: if such a kernel gets
     * a grid, TornadoVM replaces that parameter by the grid's size everywhere in the kernel. It leaves computed bounds
     * alone, and work-items beyond the bound do nothing.
     */
    static int computed(int n) {
        return n & Integer.MAX_VALUE;
    }
}
