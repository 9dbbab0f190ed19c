package farsight.inspect;

import java.util.Arrays;
import java.util.List;

/**
 * The singular values of an affinity A, which tell how much of it a low rank can hold. The best matrix of rank r
 * captures the share E(r) = Σ_{i≤r} σ_i² / Σ_i σ_i² of ‖A‖² (Eckart and Young 1936).
 *
 * @param singular σ, descending, without those below {@link #LEAST} of the largest; empty where A is 0
 * @param queries rows examined
 * @param keys columns examined
 * @param exact whether these are all rows and columns of A
 * @param most the rank that A cannot exceed: its rows, its columns, or its latent nodes
 */
public record Spectrum(double[] singular, int queries, int keys, boolean exact, int most) {

    /** Relative to the largest, float32 cannot tell smaller values from 0. */
    public static final double LEAST = 1e-7;

    /** Most rows and columns of a matrix for its eigenvalues: a few seconds. */
    public static final int MOST = 1024;

    /** The share of ‖A‖² that the best matrix of rank r captures, 0 … 1. */
    public double captured(int r) {
        double all = 0;
        double first = 0;
        for (int i = 0; i < singular.length; i++) {
            double square = singular[i] * singular[i];
            all += square;
            first += i < r ? square : 0;
        }
        return all == 0 ? 1 : first / all;
    }

    /** The given ranks that a matrix of this size can have. */
    public List<Integer> possible(List<Integer> ranks) {
        return ranks.stream().filter(r -> r <= most).toList();
    }

    /** The least rank that captures this share. */
    public int rankFor(double share) {
        int r = 0;
        while (r < singular.length && captured(r) < share) {
            r++;
        }
        return r;
    }

    /**
     * The spectrum of an explicit matrix.
     *
     * @param rows [R][M], of which the smaller side is at most {@link #MOST}
     * @param exact whether it is all of A
     */
    static Spectrum of(double[][] rows, boolean exact) {
        double[][] narrow = rows.length <= rows[0].length ? rows : Matrices.transposed(rows);
        double[] squares = Matrices.eigenvalues(Matrices.timesTransposed(narrow, narrow));
        int most = narrow.length;
        return new Spectrum(roots(squares, most), rows.length, rows[0].length, exact, most);
    }

    /**
     * The spectrum of A = L·Ψᵀ from its factors, exact at any N. With S·S = ΨᵀΨ, the squares of the singular values are
     * the eigenvalues of S·(LᵀL)·S, d×d.
     */
    static Spectrum of(LatentRows rows) {
        int d = rows.latents();
        double[][] root = Matrices.root(Matrices.gram(rows.right(), d));
        double[][] left = Matrices.gram(rows.left(), d);
        double[][] product = Matrices.timesTransposed(Matrices.timesTransposed(root, left), root);
        int most = Math.min(d, Math.min(rows.queries(), rows.keys()));
        return new Spectrum(roots(Matrices.eigenvalues(product), most), rows.queries(), rows.keys(), true, most);
    }

    /** At most as many roots as A can have: with more latent nodes than positions the rest are rounding. */
    private static double[] roots(double[] squares, int most) {
        double[] roots = Arrays.stream(squares).limit(most).map(Math::sqrt).toArray();
        double least = roots[0] * LEAST;
        return Arrays.stream(roots).filter(s -> s > 0 && s >= least).toArray();
    }
}
