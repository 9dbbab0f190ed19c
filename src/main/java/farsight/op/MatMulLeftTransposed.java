package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.MatMulKernels;
import farsight.kernel.group.MatMulGroups;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.MatMulVector;
import farsight.vector.Workers;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * C = α·Aᵀ·B, or C += that: a sum over rows, which are positions. When C has batch 1 and A has more,
 * the sum runs over the batch too (the gradient of a weight).
 *
 * @param a A, [batch, rows, m]
 * @param b B, [batch, rows, n]
 * @param c C, [batch or 1, m, n]
 * @param partial one C a chunk of rows, [c's batch, chunks·m, n]; null when the chunk goes to C itself
 * @param chunks the cut of the rows
 */
public record MatMulLeftTransposed(
        Buffer a, Buffer b, Buffer c, @Nullable Buffer partial, Chunks chunks, float alpha, boolean accumulate)
        implements Op {

    /** Records the work space it needs and itself. */
    static void record(Program.Builder program, Buffer a, Buffer b, Buffer c, float alpha, boolean accumulate) {
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
        long rows = sa.batch() * sa.rows() / sc.batch();
        Chunks chunks = Chunks.ofProduct(rows, sc.elements());
        boolean direct = chunks.count() == 1 && alpha == 1f && !accumulate;
        Buffer partial = direct
                ? null
                : program.buffer(
                        c.name() + ".chunks",
                        new Shape(sc.batch(), chunks.count() * sc.rows(), sc.cols()),
                        Role.INTERMEDIATE);
        program.add(new MatMulLeftTransposed(a, b, c, partial, chunks, alpha, accumulate));
    }

    @Override
    public String name() {
        return "matMulLeftTransposed";
    }

    @Override
    public List<Buffer> reads() {
        return Op.reading(accumulate, c, a, b);
    }

    @Override
    public List<Buffer> writes() {
        return partial == null ? List.of(c) : List.of(c, partial);
    }

    @Override
    public long flops() {
        return Math.multiplyExact(2 * a.elements(), c.shape().cols());
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        TaskPackage product = TaskPackage.createPackage(
                id,
                MatMulKernels::matMulLeftTransposedChunks,
                at.of(a),
                at.of(b),
                at.of(partial == null ? c : partial),
                size(c.shape().batch()),
                rows(),
                size(c.shape().rows()),
                size(c.shape().cols()),
                chunks.count(),
                chunks.rows());
        return partial == null
                ? List.of(product)
                : List.of(product, sum(partial).task(id + "Sum", at));
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        GridTask product = productTask(id, at, limits);
        return partial == null
                ? List.of(product)
                : List.of(product, sum(partial).groupTask(id + "Sum", at, limits));
    }

    /** Adds the chunks. */
    private ChunkSum sum(Buffer chunked) {
        return new ChunkSum(chunked, c, alpha, accumulate);
    }

    private GridTask productTask(String id, Storage at, GroupLimits limits) {
        int pieces = size(c.shape().batch() * chunks.count());
        int m = size(c.shape().rows());
        int n = size(c.shape().cols());
        return ProductGroups.task(
                limits,
                pieces,
                m,
                n,
                () -> tasks(id, at).getFirst(),
                tile -> TaskPackage.createPackage(
                        id,
                        MatMulGroups::matMulLeftTransposedChunks,
                        WorkGroups.CONTEXT,
                        at.of(a),
                        at.of(b),
                        at.of(partial == null ? c : partial),
                        rows(),
                        m,
                        n,
                        chunks.count(),
                        chunks.rows(),
                        tile.across(),
                        tile.rowsEach(),
                        tile.columnsEach()));
    }

    /** All rows at once, without the chunks. */
    @Override
    public Optional<Gemm> gemm() {
        return Optional.of(Gemm.ofRows(a, true, b, false, c, alpha, accumulate));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        int batch = size(c.shape().batch());
        int m = size(c.shape().rows());
        int n = size(c.shape().cols());
        Buffer target = partial == null ? c : partial;
        MatMulVector.matMulLeftTransposedChunks(
                at.of(a), at.of(b), at.of(target), batch, rows(), m, n, chunks.count(), chunks.rows(), workers);
        if (partial != null) {
            sum(partial).vector(at, workers);
        }
    }

    private int rows() {
        return size(a.shape().batch() * a.shape().rows() / c.shape().batch());
    }
}
