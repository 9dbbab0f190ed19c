package farsight.op.sum;

import static farsight.op.Op.size;
import static farsight.op.Operand.fromGrid;
import static farsight.op.Operand.in;
import static farsight.op.Operand.out;

import farsight.kernel.ColumnKernels;
import farsight.kernel.group.ColumnGroups;
import farsight.op.Call;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.ColumnVector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * y[b, j] = scale·Σ_i x[b, i, j], or with a second operand scale·Σ_i x[b, i, j]·z[b, i, j]; or y += that. If y has
 * batch 1 and x has more, the sum also runs over the batch.
 *
 * @param x [batch, rows, cols]
 * @param z second factor, like x, or null
 * @param y [batch or 1, 1, cols]
 * @param partial one y per chunk of rows, [y's batch, chunks, cols]
 * @param chunks the chunks of rows
 */
public record ColumnSum(
        Buffer x, @Nullable Buffer z, Buffer y, Buffer partial, Chunks chunks, float scale, boolean accumulate)
        implements Op {

    private static final Kernel SUM = Kernel.of(ColumnKernels::columnSumChunks)
            .group(ColumnGroups::columnSum)
            .vector(ColumnVector.class);
    private static final Kernel DOT = Kernel.of(ColumnKernels::columnDotChunks)
            .group(ColumnGroups::columnDotChunks)
            .vector(ColumnVector.class);

    /** Adds this operation and its workspace to the program. */
    public static void record(
            Program.Builder program, Buffer x, @Nullable Buffer z, Buffer y, float scale, boolean accumulate) {
        program.add(of(program, x, z, y, scale, accumulate));
    }

    /** This operation for use within another one; adds only its workspace to the program. */
    public static ColumnSum of(
            Program.Builder program, Buffer x, @Nullable Buffer z, Buffer y, float scale, boolean accumulate) {
        Shape sx = x.shape();
        Shape sy = y.shape();
        boolean fits = sy.rows() == 1
                && sy.cols() == sx.cols()
                && (sy.batch() == sx.batch() || sy.batch() == 1)
                && (z == null || z.shape().equals(sx));
        if (!fits) {
            throw new IllegalArgumentException("the columns of " + sx + " do not sum to " + sy);
        }
        Chunks chunks = Chunks.ofColumns(sx.batch() * sx.rows() / sy.batch());
        Buffer partial = program.buffer(
                y.name() + ".chunks", new Shape(sy.batch(), chunks.count(), sy.cols()), Role.INTERMEDIATE);
        return new ColumnSum(x, z, y, partial, chunks, scale, accumulate);
    }

    @Override
    public String name() {
        return z == null ? "columnSum" : "columnDot";
    }

    @Override
    public List<Call> calls() {
        Shape s = y.shape();
        int batch = size(s.batch());
        int rows = size(x.shape().batch() * x.shape().rows() / s.batch());
        int cols = size(s.cols());
        int count = chunks.count();
        Call first = z == null
                ? SUM.call(in(x), out(partial), batch, rows, cols, count, chunks.rows())
                        .grouped(in(x), out(partial), rows, cols, count, chunks.rows(), 1f, 0)
                : DOT.call(in(x), in(z), out(partial), fromGrid(batch), rows, cols, count, chunks.rows());
        return List.of(
                first.by(new Launch.SharedColumns(s.batch(), count, s.cols())),
                ChunkSum.of(partial, y, scale, accumulate));
    }

    @Override
    public long flops() {
        return (z == null ? 1 : 2) * x.elements();
    }
}
