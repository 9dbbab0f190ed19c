package farsight.op.norm;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;
import static farsight.op.Operand.out;

import farsight.kernel.LandmarkKernels;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;

/**
 * z = aᵀ / max_j Σ_i a_ij for every matrix of a batch: for a ≥ 0, the transpose over the 1-norm, the start of an
 * iteration towards the inverse.
 *
 * @param a [batch, m, m]
 * @param sums of a's columns, [batch, 1, m]
 * @param z like a
 */
public record TransposeOverNorm(Buffer a, Buffer sums, Buffer z) implements Op {

    private static final Kernel TRANSPOSE = Kernel.of(LandmarkKernels::transposeOverNorm);
    private static final Kernel GRADIENT = Kernel.of(LandmarkKernels::transposeOverNormGradient);

    @Override
    public List<Call> calls() {
        Shape s = a.shape();
        return List.of(TRANSPOSE
                .call(in(a), in(sums), out(z), size(s.batch()), size(s.cols()))
                .by(new Launch.Iterations(s.batch() * s.rows())));
    }

    @Override
    public long flops() {
        return 2 * a.elements();
    }

    /**
     * da_ij = (dz_ji − [j = k]·Σ dz·z) / Σ_i a_ik with k the first column with the largest sum, or da += that.
     *
     * @param sums of a's columns, [batch, 1, m]
     * @param dots of the rows of z and dz, [batch, m, 1]
     * @param dz [batch, m, m]
     * @param da like dz
     */
    public record Gradient(Buffer sums, Buffer dots, Buffer dz, Buffer da, boolean accumulate) implements Op {

        @Override
        public List<Call> calls() {
            Shape s = dz.shape();
            return List.of(GRADIENT.call(
                            in(sums),
                            in(dots),
                            in(dz),
                            into(da, accumulate),
                            size(s.batch()),
                            size(s.cols()),
                            flag(accumulate))
                    .by(new Launch.Iterations(s.batch() * s.rows())));
        }

        @Override
        public long flops() {
            return 4 * dz.elements();
        }
    }
}
