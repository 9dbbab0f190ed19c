package farsight.program;

/**
 * Extent of a buffer: [batch, rows, cols], row-major. A feature map is [B, N, C], an affinity [B, N,
 * N], a weight [1, out, in], a vector [1, 1, n].
 *
 * @param batch number of matrices, at least 1
 * @param rows rows per matrix, at least 1
 * @param cols columns, at least 1
 */
public record Shape(long batch, long rows, long cols) {

    /**
     * Checks the extents.
     *
     * @throws IllegalArgumentException if an extent is below 1 or the bytes exceed a long
     */
    public Shape {
        if (batch < 1 || rows < 1 || cols < 1) {
            throw new IllegalArgumentException(
                    "a buffer's extents must be at least 1, not [" + batch + ", " + rows + ", " + cols + "]");
        }
        try {
            var _ = Math.multiplyExact(Math.multiplyExact(batch, rows), Math.multiplyExact(cols, 4L));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "a buffer of [" + batch + ", " + rows + ", " + cols + "] floats exceeds 2^63 bytes", e);
        }
    }

    /** A vector of n, as [1, 1, n]. */
    public static Shape vector(long n) {
        return new Shape(1, 1, n);
    }

    /** A matrix, as [1, rows, cols]. */
    public static Shape matrix(long rows, long cols) {
        return new Shape(1, rows, cols);
    }

    /** batch·rows·cols. */
    public long elements() {
        return batch * rows * cols;
    }

    /** Four bytes per element. */
    public long bytes() {
        return elements() * 4;
    }

    @Override
    public String toString() {
        return "[" + batch + ", " + rows + ", " + cols + "]";
    }
}
