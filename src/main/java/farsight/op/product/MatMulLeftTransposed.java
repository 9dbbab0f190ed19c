package farsight.op.product;

import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.MatMulKernels;
import farsight.kernel.group.MatMulGroups;
import farsight.op.Call;
import farsight.op.Gemm;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.sum.ChunkSum;
import farsight.op.sum.Chunks;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.MatMulVector;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * C = α·Aᵀ·B, or C += that: a sum over rows (positions). If C has batch 1 and A has more, the sum also runs over the
 * batch (the gradient of a weight).
 *
 * @param a A, [batch, rows, m]
 * @param b B, [batch, rows, n]
 * @param c C, [batch or 1, m, n]
 * @param partial one C per chunk of rows, [c's batch, chunks·m, n]; null if one chunk is written straight to C
 * @param chunks the chunks of rows
 */
public record MatMulLeftTransposed(
        Buffer a, Buffer b, Buffer c, @Nullable Buffer partial, Chunks chunks, float alpha, boolean accumulate)
        implements Op {

    private static final Kernel PRODUCT = Kernel.of(MatMulKernels::matMulLeftTransposedChunks)
            .group(MatMulGroups::matMulLeftTransposedChunks)
            .vector(MatMulVector.class);

    /** Adds this operation and its workspace to the program. */
    public static void record(Program.Builder program, Buffer a, Buffer b, Buffer c, float alpha, boolean accumulate) {
        Shape sa = a.shape();
        Shape sb = b.shape();
        Shape sc = c.shape();
        boolean fits = sa.batch() == sb.batch()
                && sa.rows() == sb.rows()
                && sc.rows() == sa.cols()
                && sc.cols() == sb.cols()
                && (sc.batch() == sa.batch() || sc.batch() == 1);
        if (!fits) {
            throw new IllegalArgumentException("A transposed " + sa + " times B " + sb + " does not give C " + sc);
        }
        program.add(of(a, b, c, workspace(program, a, c, alpha, accumulate), alpha, accumulate));
    }

    /** The partial sums that the operation needs, in the program; null if it needs none. */
    public static @Nullable Buffer workspace(
            Program.Builder program, Buffer a, Buffer c, float alpha, boolean accumulate) {
        Shape s = c.shape();
        Chunks chunks = chunks(a, c);
        boolean direct = chunks.count() == 1 && alpha == 1f && !accumulate;
        Shape partial = new Shape(s.batch(), chunks.count() * s.rows(), s.cols());
        return direct ? null : program.buffer(c.name() + ".chunks", partial, Role.INTERMEDIATE);
    }

    /** The operation, with its {@link #workspace}. */
    public static MatMulLeftTransposed of(
            Buffer a, Buffer b, Buffer c, @Nullable Buffer partial, float alpha, boolean accumulate) {
        return new MatMulLeftTransposed(a, b, c, partial, chunks(a, c), alpha, accumulate);
    }

    private static Chunks chunks(Buffer a, Buffer c) {
        return Chunks.ofProduct(
                a.shape().batch() * a.shape().rows() / c.shape().batch(),
                c.shape().elements());
    }

    @Override
    public String name() {
        return "matMulLeftTransposed";
    }

    @Override
    public List<Call> calls() {
        Shape s = c.shape();
        Call product = PRODUCT.call(
                        in(a),
                        in(b),
                        out(partial == null ? c : partial),
                        fromGrid(size(s.batch())),
                        size(a.shape().batch() * a.shape().rows() / s.batch()),
                        size(s.rows()),
                        size(s.cols()),
                        chunks.count(),
                        chunks.rows())
                .by(new Launch.Tiles(s.batch() * chunks.count(), s.rows(), s.cols()));
        return partial == null ? List.of(product) : List.of(product, ChunkSum.of(partial, c, alpha, accumulate));
    }

    @Override
    public long flops() {
        return Math.multiplyExact(2 * a.elements(), c.shape().cols());
    }

    /** One product over all rows, without chunks. */
    @Override
    public Optional<Gemm> gemm() {
        return Optional.of(Gemm.ofRows(a, true, b, false, c, alpha, accumulate));
    }
}
