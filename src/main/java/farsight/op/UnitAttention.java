package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.UnitAttentionKernels;
import farsight.kernel.group.UnitAttentionGroups;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.UnitAttentionVector;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * Attention whose weights are max(q·k, 0) scaled to unit norm, and are not stored: y_i = Σ_j w_ij·v_j with w_i =
 * l2(max(q_i·k_j, 0)). Or without the scaling.
 *
 * @param q [batch or 1, rows, c]
 * @param k [batch or 1, keys, c]
 * @param v [batch, keys, width]
 * @param y [batch, rows, width]
 * @param norms of the weights before the scaling, [batch, rows, 1]
 * @param partial one y and one square of a norm a chunk of keys; null where one chunk has all
 * @param chunks the cut of the keys
 * @param unit whether the weights are scaled
 */
public record UnitAttention(
        Buffer q,
        Buffer k,
        Buffer v,
        Buffer y,
        Buffer norms,
        @Nullable Partial partial,
        Chunks chunks,
        boolean unit) implements Op {

    /**
     * What the chunks of keys give.
     *
     * @param y [batch, chunks·rows, width]
     * @param squares [batch, chunks·rows, 1]
     */
    public record Partial(Buffer y, Buffer squares) {}

    /** Records the work space it needs and itself. */
    static UnitAttention record(
            Program.Builder program, Buffer q, Buffer k, Buffer v, Buffer y, Buffer norms, boolean unit) {
        Shape s = y.shape();
        long keys = v.shape().rows();
        boolean fits = q.shape().cols() == k.shape().cols()
                && k.shape().rows() == keys
                && q.shape().rows() == s.rows()
                && v.shape().cols() == s.cols()
                && v.shape().batch() == s.batch()
                && (q.shape().batch() == 1 || q.shape().batch() == s.batch())
                && (k.shape().batch() == 1 || k.shape().batch() == s.batch());
        if (!fits) {
            throw new IllegalArgumentException("attention of q " + q.shape() + ", k " + k.shape() + " and v "
                    + v.shape() + " does not give y " + s);
        }
        // Rows are tasks of their own where they are the more.
        Chunks chunks = keys > s.rows() ? Chunks.ofUnstored(keys, s.elements()) : Chunks.whole(keys);
        Partial partial = null;
        if (chunks.count() > 1) {
            Shape pieces = new Shape(s.batch(), chunks.count() * s.rows(), s.cols());
            partial = new Partial(
                    program.buffer(y.name() + ".chunks", pieces, Role.INTERMEDIATE),
                    program.buffer(
                            norms.name() + ".chunks", new Shape(s.batch(), pieces.rows(), 1), Role.INTERMEDIATE));
        }
        UnitAttention attention = new UnitAttention(q, k, v, y, norms, partial, chunks, unit);
        program.add(attention);
        return attention;
    }

    @Override
    public String name() {
        return unit ? "unitAttention" : "reluAttention";
    }

    @Override
    public List<Buffer> reads() {
        return Stream.of(q, k, v).distinct().toList();
    }

    @Override
    public List<Buffer> writes() {
        return partial == null ? List.of(y, norms) : List.of(y, norms, partial.y(), partial.squares());
    }

    /** Two products, and for each weight a maximum and a square summed. */
    @Override
    public long flops() {
        long pairs = Math.multiplyExact(y.shape().batch() * rows(), v.shape().rows());
        return Math.multiplyExact(pairs, 2 * q.shape().cols() + 2 * y.shape().cols() + 3);
    }

    private long rows() {
        return y.shape().rows();
    }

    private int batch() {
        return size(y.shape().batch());
    }

    private int width() {
        return size(y.shape().cols());
    }

    /** Floats from one matrix of the batch to the next, 0 where it shares one. */
    static int stride(Buffer x) {
        Shape s = x.shape();
        return s.batch() == 1 ? 0 : size(s.rows() * s.cols());
    }

    private Buffer sums() {
        return partial == null ? y : partial.y();
    }

    private Buffer squares() {
        return partial == null ? norms : partial.squares();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        List<TaskPackage> tasks = new ArrayList<>();
        tasks.add(sums(id + "Sums", at));
        if (unit) {
            tasks.add(largeSums(id + "Large", at, false));
        }
        if (partial != null) {
            tasks.add(joinChunks(partial, id + "Join", at));
            tasks.add(ChunkSum.of(partial.y(), y).task(id + "Add", at));
        }
        tasks.add(unitRows(id, at));
        return tasks;
    }

    private TaskPackage sums(String id, Storage at) {
        return TaskPackage.createPackage(
                id,
                UnitAttentionKernels::sums,
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(sums()),
                at.of(squares()),
                batch(),
                size(rows()),
                size(v.shape().rows()),
                size(q.shape().cols()),
                width(),
                stride(q),
                stride(k),
                chunks.count(),
                chunks.rows());
    }

    /** The second look at rows whose weights are large. */
    private TaskPackage largeSums(String id, Storage at, boolean rooted) {
        return TaskPackage.createPackage(
                id,
                UnitAttentionKernels::largeSums,
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(sums()),
                at.of(squares()),
                batch(),
                size(rows()),
                size(v.shape().rows()),
                size(q.shape().cols()),
                width(),
                stride(q),
                stride(k),
                chunks.count(),
                chunks.rows(),
                flag(rooted));
    }

    /** The norms' squares, and the chunks' sums made ready to be added. */
    private TaskPackage joinChunks(Partial of, String id, Storage at) {
        return TaskPackage.createPackage(
                id,
                UnitAttentionKernels::joinChunks,
                at.of(of.y()),
                at.of(of.squares()),
                at.of(norms),
                batch(),
                chunks.count(),
                size(rows()),
                width());
    }

    private TaskPackage unitRows(String id, Storage at) {
        return TaskPackage.createPackage(
                id,
                UnitAttentionKernels::unitRows,
                at.of(y),
                at.of(norms),
                size(norms.elements()),
                width(),
                flag(unit));
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        List<GridTask> tasks = new ArrayList<>();
        tasks.add(sumsTask(id + "Sums", at, limits));
        if (unit) {
            tasks.add(WorkGroups.loop(limits, squares().elements(), largeSums(id + "Large", at, false)));
        }
        if (partial != null) {
            tasks.add(WorkGroups.loop(limits, norms.elements(), joinChunks(partial, id + "Join", at)));
            tasks.add(ChunkSum.of(partial.y(), y).groupTask(id + "Add", at, limits));
        }
        tasks.add(WorkGroups.loop(limits, norms.elements(), unitRows(id, at)));
        return tasks;
    }

    private GridTask sumsTask(String id, Storage at, GroupLimits limits) {
        int pieces = size(y.shape().batch() * chunks.count());
        int rows = size(rows());
        if (!limits.allow(UnitAttentionGroups.GROUP, UnitAttentionGroups.LOCAL_BYTES)) {
            int parts = UnitAttentionKernels.parts(pieces, rows, width());
            return WorkGroups.heavyLoop(limits, parts, sums(id, at));
        }
        return GridTask.on(
                WorkGroups.of(UnitAttentionGroups.groups(pieces, rows, width()), UnitAttentionGroups.GROUP),
                TaskPackage.createPackage(
                        id,
                        UnitAttentionGroups::sums,
                        WorkGroups.CONTEXT,
                        at.of(q),
                        at.of(k),
                        at.of(v),
                        at.of(sums()),
                        at.of(squares()),
                        rows,
                        size(v.shape().rows()),
                        size(q.shape().cols()),
                        width(),
                        stride(q),
                        stride(k),
                        chunks.count(),
                        chunks.rows()));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        int rows = size(rows());
        int keys = size(v.shape().rows());
        int c = size(q.shape().cols());
        if (partial == null) {
            UnitAttentionVector.attention(
                    at.of(q),
                    at.of(k),
                    at.of(v),
                    at.of(y),
                    at.of(norms),
                    batch(),
                    rows,
                    keys,
                    c,
                    width(),
                    stride(q),
                    stride(k),
                    flag(unit),
                    workers);
            if (unit) {
                JavaTask.run(largeSums(name(), at, true));
            }
            return;
        }
        UnitAttentionVector.sums(
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(partial.y()),
                at.of(partial.squares()),
                batch(),
                rows,
                keys,
                c,
                width(),
                stride(q),
                stride(k),
                chunks.count(),
                chunks.rows(),
                workers);
        if (unit) {
            JavaTask.run(largeSums(name(), at, false));
        }
        JavaTask.run(joinChunks(partial, name(), at));
        ChunkSum.of(partial.y(), y).vector(at, workers);
        JavaTask.run(unitRows(name(), at));
    }
}
