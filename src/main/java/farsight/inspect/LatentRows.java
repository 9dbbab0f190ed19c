package farsight.inspect;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of A = Ψl·F·Ψvᵀ (or Ψl·Ψvᵀ), computed from the factors: with L = Ψl·F, row i is L_i·Ψvᵀ, O(N·d) per row. Several
 * kernels side by side give the sum of their affinities. Statistics over all rows need only the d×d matrix G = ΨvᵀΨv.
 */
final class LatentRows implements AffinityRows {

    private final int n;
    private final int d;
    private final float[] left;
    private final float[] right;

    /**
     * @param left L = Ψl·F, [N, d] row-major
     * @param right Ψv, [N, d]
     */
    private LatentRows(int n, int d, float[] left, float[] right) {
        this.n = n;
        this.d = d;
        this.left = left;
        this.right = right;
    }

    /**
     * One kernel without F: A = Ψl·Ψvᵀ.
     *
     * @param scatter Ψl, [N, d]
     * @param gather Ψv, [N, d]
     */
    static LatentRows of(float[] scatter, float[] gather, int d) {
        return new LatentRows(gather.length / d, d, scatter, gather);
    }

    /**
     * One kernel.
     *
     * @param scatter Ψl, [N, d]
     * @param latent F, [d, d]
     * @param gather Ψv, [N, d]
     */
    static LatentRows of(float[] scatter, float[] latent, float[] gather, int d) {
        int n = gather.length / d;
        float[] left = new float[scatter.length];
        IntStream.range(0, n).parallel().forEach(i -> {
            double[] sums = new double[d];
            for (int k = 0; k < d; k++) {
                double s = scatter[i * d + k];
                for (int j = 0; j < d; j++) {
                    sums[j] += s * latent[k * d + j];
                }
            }
            for (int j = 0; j < d; j++) {
                left[i * d + j] = (float) sums[j];
            }
        });
        return new LatentRows(n, d, left, gather);
    }

    /** The sum of several kernels' affinities. */
    static LatentRows sum(List<LatentRows> kernels) {
        int n = kernels.getFirst().n;
        int all = kernels.stream().mapToInt(k -> k.d).sum();
        float[] left = new float[n * all];
        float[] right = new float[n * all];
        int at = 0;
        for (LatentRows k : kernels) {
            for (int i = 0; i < n; i++) {
                System.arraycopy(k.left, i * k.d, left, i * all + at, k.d);
                System.arraycopy(k.right, i * k.d, right, i * all + at, k.d);
            }
            at += k.d;
        }
        return new LatentRows(n, all, left, right);
    }

    /** d; for a sum, of all kernels together. */
    int latents() {
        return d;
    }

    /** L, [N, d]. */
    float[] left() {
        return left;
    }

    /** Ψv, [N, d]. */
    float[] right() {
        return right;
    }

    @Override
    public int queries() {
        return n;
    }

    @Override
    public int keys() {
        return n;
    }

    @Override
    public void visit(int[] which, Visitor visitor) {
        float[] row = new float[n];
        for (int place = 0; place < which.length; place++) {
            int from = which[place] * d;
            IntStream.range(0, n).parallel().forEach(j -> {
                double sum = 0;
                for (int k = 0; k < d; k++) {
                    sum += (double) left[from + k] * right[j * d + k];
                }
                row[j] = (float) sum;
            });
            visitor.row(place, row, 0);
        }
    }

    /**
     * The average cosine distance of all rows, exact at any N: ‖row_i‖² = L_i·G·L_iᵀ, and the sum of the
     * unit rows is s·Ψvᵀ with s = Σ_i L_i/‖row_i‖, so its square is s·G·sᵀ. O(N·d²).
     */
    Distance cosine() {
        double[][] gram = Matrices.gram(right, d);
        double[] sum = new double[d];
        double[] g = new double[d];
        long zeros = 0;
        for (int i = 0; i < n; i++) {
            double square = quadratic(gram, left, i * d, g);
            if (square > 0) {
                double scale = 1 / Math.sqrt(square);
                for (int k = 0; k < d; k++) {
                    sum[k] += left[i * d + k] * scale;
                }
            } else {
                zeros++;
            }
        }
        double square = 0;
        for (int k = 0; k < d; k++) {
            for (int j = 0; j < d; j++) {
                square += sum[k] * gram[k][j] * sum[j];
            }
        }
        return CosineDistance.ofSquare(square, n, zeros, n);
    }

    /** v·G·vᵀ. */
    private static double quadratic(double[][] gram, float[] v, int from, double[] work) {
        java.util.Arrays.fill(work, 0);
        for (int k = 0; k < work.length; k++) {
            double factor = v[from + k];
            double[] row = gram[k];
            if (factor != 0) {
                for (int j = 0; j < work.length; j++) {
                    work[j] += factor * row[j];
                }
            }
        }
        double square = 0;
        for (int k = 0; k < work.length; k++) {
            square += work[k] * v[from + k];
        }
        return square;
    }
}
