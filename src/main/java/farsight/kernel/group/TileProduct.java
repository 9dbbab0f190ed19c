package farsight.kernel.group;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The product of a {@link ProductTile} by one work-group, shared by every product of this package.
 *
 * <p>The group computes the sums {@value ProductTile#DEPTH} terms at a time. Its work-items load these terms of A's
 * rows and B's columns into local memory, neighbouring items reading neighbouring numbers. Then each work-item
 * multiplies the numbers it needs into sums in registers. Each loaded number serves the whole tile, and each number
 * read from local memory serves as many products as a work-item has rows or columns. In local memory the numbers of a
 * term are contiguous, with one float between terms, so that concurrent work-items never access the same bank twice.
 * Elements outside the matrices count as 0; no work-item leaves before a barrier.
 *
 * <p>{@code across}, {@code rowsEach} and {@code columnsEach} describe the tile. Like all scalars they are constants in
 * device code, so loops over them are unrolled and the sums stay in registers.
 */
final class TileProduct {

    /** Terms summed before their sum is added to the total. */
    private static final int BLOCK = 256;

    /** Maximum elements of C per work-item. */
    static final int MOST = ProductTile.MOST_EACH * ProductTile.MOST_EACH;

    private TileProduct() {}

    /** First column of C in a group's tile. The groups go through the tiles of a strip of rows, then the strips, then the batch. */
    static int column(int group, int n, int across, int columnsEach) {
        return group % tiles(n, across * columnsEach) * across * columnsEach;
    }

    /** The strip of rows of a group's tile, counted over the batch. */
    static int strip(int group, int n, int across, int columnsEach) {
        return group / tiles(n, across * columnsEach);
    }

    /** First row of C in a group's tile. */
    static int row(int group, int m, int n, int across, int rowsEach, int columnsEach) {
        int rows = ProductTile.ITEMS / across * rowsEach;
        return strip(group, n, across, columnsEach) % tiles(m, rows) * rows;
    }

    /** The batch entry of a group's tile. */
    static int matrix(int group, int m, int n, int across, int rowsEach, int columnsEach) {
        return strip(group, n, across, columnsEach) / tiles(m, ProductTile.ITEMS / across * rowsEach);
    }

    private static int tiles(int extent, int each) {
        return (extent + each - 1) / each;
    }

    /** {@link #product} of A·Bᵀ, both row-major with rows of {@code terms} floats. */
    static void rightTransposed(
            KernelContext context,
            FloatArray a,
            int firstA,
            int height,
            FloatArray b,
            int firstB,
            int width,
            int terms,
            int across,
            int rowsEach,
            int columnsEach,
            float[] total) {
        product(
                context,
                a,
                firstA,
                terms,
                1,
                height,
                b,
                firstB,
                terms,
                1,
                width,
                terms,
                across,
                rowsEach,
                columnsEach,
                total);
    }

    /**
     * total[p, q] = Σ_i A[y + p·down, i]·B[i, x + q·across] for the work-item in column x and row y of its group.
     *
     * @param a holds A: A[r, i] is its element firstA + r·nextRowA + i·nextTermA
     * @param height remaining rows of A
     * @param b holds B: B[i, r] is its element firstB + r·nextColumnB + i·nextTermB
     * @param width remaining columns of B
     */
    static void product(
            KernelContext context,
            FloatArray a,
            int firstA,
            int nextRowA,
            int nextTermA,
            int height,
            FloatArray b,
            int firstB,
            int nextColumnB,
            int nextTermB,
            int width,
            int terms,
            int across,
            int rowsEach,
            int columnsEach,
            float[] total) {
        int item = context.localIdx;
        int down = ProductTile.ITEMS / across;
        int rows = down * rowsEach;
        int columns = across * columnsEach;
        float[] tileA = context.allocateFloatLocalArray(ProductTile.DEPTH * (rows + 1));
        float[] tileB = context.allocateFloatLocalArray(ProductTile.DEPTH * (columns + 1));
        float[] sum = new float[MOST];
        float[] w = new float[ProductTile.MOST_EACH];
        for (int j = 0; j < rowsEach * columnsEach; j++) {
            total[j] = 0f;
        }
        // Both loops are inline: TornadoVM writes correctly to a local array only in the method that allocates it.
        for (int block = 0; block < terms; block += BLOCK) {
            int end = Math.min(block + BLOCK, terms);
            for (int j = 0; j < rowsEach * columnsEach; j++) {
                sum[j] = 0f;
            }
            for (int start = block; start < end; start += ProductTile.DEPTH) {
                for (int s = 0; s < rows * ProductTile.DEPTH / ProductTile.ITEMS; s++) {
                    int e = item + s * ProductTile.ITEMS;
                    int i = nextTermA == 1 ? e % ProductTile.DEPTH : e / rows;
                    int r = nextTermA == 1 ? e / ProductTile.DEPTH : e % rows;
                    float v = 0f;
                    if (r < height && start + i < terms) {
                        v = a.get(firstA + r * nextRowA + (start + i) * nextTermA);
                    }
                    tileA[i * (rows + 1) + r] = v;
                }
                for (int s = 0; s < columns * ProductTile.DEPTH / ProductTile.ITEMS; s++) {
                    int e = item + s * ProductTile.ITEMS;
                    int i = nextTermB == 1 ? e % ProductTile.DEPTH : e / columns;
                    int r = nextTermB == 1 ? e / ProductTile.DEPTH : e % columns;
                    float v = 0f;
                    if (r < width && start + i < terms) {
                        v = b.get(firstB + r * nextColumnB + (start + i) * nextTermB);
                    }
                    tileB[i * (columns + 1) + r] = v;
                }
                context.localBarrier();
                for (int i = 0; i < ProductTile.DEPTH; i++) {
                    for (int q = 0; q < columnsEach; q++) {
                        w[q] = tileB[i * (columns + 1) + item % across + q * across];
                    }
                    for (int p = 0; p < rowsEach; p++) {
                        float v = tileA[i * (rows + 1) + item / across + p * down];
                        for (int q = 0; q < columnsEach; q++) {
                            sum[p * columnsEach + q] += v * w[q];
                        }
                    }
                }
                context.localBarrier();
            }
            for (int j = 0; j < rowsEach * columnsEach; j++) {
                float t = total[j] + sum[j];
                // NaN if the sum overflowed, as in the plain kernels.
                total[j] = t + t * 0f;
            }
        }
    }
}
