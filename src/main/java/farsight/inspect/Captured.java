package farsight.inspect;

/**
 * How much of a full affinity A the latent nodes over the same features can represent, as a share of ‖A‖²:
 *
 * <pre>
 *   best  = Σ_{i≤r} σ_i² / Σ_i σ_i²            any matrix of rank r
 *   span  = ‖QlᵀA·Qv‖² / ‖A‖²                  these Ψ with the best F; Q orthonormal bases of Ψl·F and Ψv
 *   own   = ⟨A, ΨlFΨvᵀ⟩² / (‖A‖²·‖ΨlFΨvᵀ‖²)    the block as it is, at its best scale
 * </pre>
 *
 * @param affinity formula of A
 * @param spectrum of A
 * @param d latent nodes, of all kernels together
 * @param span see above
 * @param own see above
 */
public record Captured(String affinity, Spectrum spectrum, int d, double span, double own) {

    /** best at rank d. */
    public double best() {
        return spectrum.captured(d);
    }

    /**
     * Computes the shares.
     *
     * @param a A, [S][S], over the positions {@code which}
     * @param latent the block's own affinity, of which the same positions are taken
     * @param which S positions
     */
    static Captured of(String affinity, double[][] a, LatentRows latent, int[] which) {
        int d = latent.latents();
        double[][] left = some(latent.left(), d, which);
        double[][] right = some(latent.right(), d, which);
        double whole = Matrices.dot(a, a);
        double[][] own = Matrices.timesTransposed(left, right);
        double size = Matrices.dot(own, own);
        double inner = Matrices.dot(a, own);
        double[][] ql = Matrices.basis(left);
        double[][] qv = Matrices.basis(right);
        // QlᵀA·Qv with the bases as rows: (Ql·A)·Qvᵀ.
        double[][] projected = ql.length == 0 || qv.length == 0
                ? new double[0][0]
                : Matrices.timesTransposed(Matrices.timesTransposed(ql, Matrices.transposed(a)), qv);
        return new Captured(
                affinity,
                Spectrum.of(a, which.length == latent.queries()),
                d,
                whole == 0 ? 1 : Math.min(1, Matrices.dot(projected, projected) / whole),
                whole == 0 || size == 0 ? 0 : inner * inner / (whole * size));
    }

    private static double[][] some(float[] matrix, int d, int[] which) {
        double[][] rows = new double[which.length][d];
        for (int i = 0; i < which.length; i++) {
            for (int k = 0; k < d; k++) {
                rows[i][k] = matrix[which[i] * d + k];
            }
        }
        return rows;
    }
}
