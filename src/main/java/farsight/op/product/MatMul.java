package farsight.op.product;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.into;

import farsight.kernel.MatMulKernels;
import farsight.kernel.group.MatMulGroups;
import farsight.op.Call;
import farsight.op.Gemm;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.MatMulVector;
import java.util.List;
import java.util.Optional;

/**
 * C = α·A·B or C = α·A·Bᵀ, or C += that, for a batch of matrices.
 *
 * @param a A, [batch, m, k]
 * @param b B, [batch or 1, k, n]; with {@code transposed} [batch or 1, n, k]
 * @param c C, [batch, m, n]
 * @param transposed whether B is transposed
 * @param alpha α
 * @param accumulate whether to add to C
 */
public record MatMul(Buffer a, Buffer b, Buffer c, boolean transposed, float alpha, boolean accumulate) implements Op {

    private static final Kernel PRODUCT =
            Kernel.of(MatMulKernels::matMul).group(MatMulGroups::matMul).vector(MatMulVector.class);
    private static final Kernel TRANSPOSED = Kernel.of(MatMulKernels::matMulRightTransposed)
            .group(MatMulGroups::matMulRightTransposed)
            .vector(MatMulVector.class);

    /**
     * Checks that the shapes fit.
     *
     * @throws IllegalArgumentException if they do not; names them
     */
    public MatMul {
        Shape sa = a.shape();
        Shape sb = b.shape();
        Shape sc = c.shape();
        long inner = transposed ? sb.cols() : sb.rows();
        long n = transposed ? sb.rows() : sb.cols();
        boolean fits = sa.cols() == inner
                && sc.equals(new Shape(sa.batch(), sa.rows(), n))
                && (sb.batch() == 1 || sb.batch() == sa.batch());
        if (!fits) {
            throw new IllegalArgumentException(
                    "A " + sa + " times B " + (transposed ? "transposed " : "") + sb + " does not give C " + sc);
        }
    }

    @Override
    public List<Call> calls() {
        Shape s = c.shape();
        return List.of((transposed ? TRANSPOSED : PRODUCT)
                .call(
                        in(a),
                        in(b),
                        into(c, accumulate),
                        fromGrid(size(s.batch())),
                        size(s.rows()),
                        size(s.cols()),
                        size(a.shape().cols()),
                        strideB(),
                        alpha,
                        flag(accumulate))
                .by(new Launch.Tiles(s.batch(), s.rows(), s.cols())));
    }

    @Override
    public long flops() {
        return Math.multiplyExact(2 * c.elements(), a.shape().cols());
    }

    /** Floats from one B to the next; 0 if the batch shares one. */
    int strideB() {
        return stride(b);
    }

    /** Floats from one matrix of a batch to the next; 0 if the batch shares one. */
    public static int stride(Buffer x) {
        Shape s = x.shape();
        return s.batch() == 1 ? 0 : size(s.rows() * s.cols());
    }

    @Override
    public Optional<Gemm> gemm() {
        return Optional.of(Gemm.ofRows(a, false, b, transposed, c, alpha, accumulate));
    }
}
