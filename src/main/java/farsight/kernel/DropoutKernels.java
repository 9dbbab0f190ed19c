package farsight.kernel;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Dropout by a counter-based generator: whether an element is kept is a hash of two seeds, the layer and the element's
 * index, so nothing is stored and every engine drops the same elements.
 *
 * <p>The hash is two rounds of the 32-bit mixer {@code lowbias32} (C. Wellons, Prospecting for Hash Functions, 2018)
 * with a key added before each. With one round, the masks of two keys would be permutations of each other.
 */
public final class DropoutKernels {

    /** 2³² / golden ratio: neighbouring seeds begin far apart. */
    private static final int GOLDEN = 0x9e3779b9;

    private DropoutKernels() {}

    /** A bijection of the 32-bit numbers in which each bit of the result depends on every bit of x. */
    public static int mixed(int x) {
        // A signed shift and a mask, because TornadoVM shifts in the sign by >>> too.
        int a = (x ^ ((x >> 16) & 0xffff)) * 0x7feb352d;
        int b = (a ^ ((a >> 15) & 0x1ffff)) * 0x846ca68b;
        return b ^ ((b >> 16) & 0xffff);
    }

    /** The first key of a layer in a step. */
    public static int key(int step, int seed, int stream) {
        return mixed(mixed(mixed(step + GOLDEN) + seed) + stream);
    }

    /** The key of the second round. */
    public static int secondKey(int key) {
        return mixed(key + GOLDEN);
    }

    /**
     * y_i = scale·x_i where element i is kept, else 0; or y += that. y may be x. An element is kept if the upper 24
     * bits of its hash are at least {@code dropped}.
     *
     * @param x [n]
     * @param seed two whole numbers below 2²⁴, [2]
     * @param y [n]
     * @param stream number of the layer
     * @param dropped share of the dropped elements, times 2²⁴
     */
    public static void dropout(
            FloatArray x, FloatArray seed, FloatArray y, int n, int stream, int dropped, float scale, int accumulate) {
        int all = Bounds.computed(n);
        for (@Parallel int i = 0; i < all; i++) {
            int key = key((int) seed.get(0), (int) seed.get(1), stream);
            int hash = mixed(mixed(i ^ key) + secondKey(key));
            float before = accumulate == 1 ? y.get(i) : 0f;
            y.set(i, before + (((hash >> 8) & 0xffffff) >= dropped ? scale * x.get(i) : 0f));
        }
    }
}
