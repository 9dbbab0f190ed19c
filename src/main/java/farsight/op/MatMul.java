package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.MatMulKernels;
import farsight.kernel.group.MatMulGroups;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.MatMulVector;
import farsight.vector.Workers;
import java.util.List;
import java.util.Optional;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * C = α·A·B or C = α·A·Bᵀ, or C += that, for a batch of matrices.
 *
 * @param a A, [batch, m, k]
 * @param b B, [batch or 1, k, n]; with {@code transposed} [batch or 1, n, k]
 * @param c C, [batch, m, n]
 * @param transposed whether B is transposed
 * @param alpha α
 * @param accumulate whether C is added to
 */
public record MatMul(Buffer a, Buffer b, Buffer c, boolean transposed, float alpha, boolean accumulate) implements Op {

    /**
     * Checks that the shapes fit.
     *
     * @throws IllegalArgumentException when they do not, naming them
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
    public String name() {
        return transposed ? "matMulRightTransposed" : "matMul";
    }

    @Override
    public List<Buffer> reads() {
        return Op.reading(accumulate, c, a, b);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(c);
    }

    @Override
    public long flops() {
        return Math.multiplyExact(2 * c.elements(), a.shape().cols());
    }

    /** Floats from one B to the next, 0 where the batch shares one. */
    int strideB() {
        return strideB(b);
    }

    /** The same of any B. */
    static int strideB(Buffer b) {
        return b.shape().batch() == 1 ? 0 : size(b.shape().rows() * b.shape().cols());
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        Shape sa = a.shape();
        int batch = size(sa.batch());
        int m = size(sa.rows());
        int n = size(c.shape().cols());
        int k = size(sa.cols());
        return List.of(
                transposed
                        ? TaskPackage.createPackage(
                                id,
                                MatMulKernels::matMulRightTransposed,
                                at.of(a),
                                at.of(b),
                                at.of(c),
                                batch,
                                m,
                                n,
                                k,
                                strideB(),
                                alpha,
                                flag(accumulate))
                        : TaskPackage.createPackage(
                                id,
                                MatMulKernels::matMul,
                                at.of(a),
                                at.of(b),
                                at.of(c),
                                batch,
                                m,
                                n,
                                k,
                                strideB(),
                                alpha,
                                flag(accumulate)));
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        Shape sa = a.shape();
        int batch = size(sa.batch());
        int m = size(sa.rows());
        int n = size(c.shape().cols());
        int k = size(sa.cols());
        return List.of(ProductGroups.task(
                limits,
                batch,
                m,
                n,
                () -> tasks(id, at).getFirst(),
                tile -> transposed
                        ? TaskPackage.createPackage(
                                id,
                                MatMulGroups::matMulRightTransposed,
                                WorkGroups.CONTEXT,
                                at.of(a),
                                at.of(b),
                                at.of(c),
                                m,
                                n,
                                k,
                                strideB(),
                                alpha,
                                flag(accumulate),
                                tile.across(),
                                tile.rowsEach(),
                                tile.columnsEach())
                        : TaskPackage.createPackage(
                                id,
                                MatMulGroups::matMul,
                                WorkGroups.CONTEXT,
                                at.of(a),
                                at.of(b),
                                at.of(c),
                                m,
                                n,
                                k,
                                strideB(),
                                alpha,
                                flag(accumulate),
                                tile.across(),
                                tile.rowsEach(),
                                tile.columnsEach())));
    }

    @Override
    public Optional<Gemm> gemm() {
        return Optional.of(Gemm.ofRows(a, false, b, transposed, c, alpha, accumulate));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Shape sa = a.shape();
        int batch = size(sa.batch());
        int m = size(sa.rows());
        int n = size(c.shape().cols());
        int k = size(sa.cols());
        if (transposed) {
            MatMulVector.matMulRightTransposed(
                    at.of(a), at.of(b), at.of(c), batch, m, n, k, strideB(), alpha, flag(accumulate), workers);
        } else {
            MatMulVector.matMul(
                    at.of(a), at.of(b), at.of(c), batch, m, n, k, strideB(), alpha, flag(accumulate), workers);
        }
    }
}
