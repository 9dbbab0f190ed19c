package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.ColumnKernels;
import farsight.kernel.UnitAttentionGradientKernels;
import farsight.kernel.UnitAttentionKernels;
import farsight.kernel.group.UnitAttentionGradientGroups;
import farsight.kernel.group.UnitAttentionGroups;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.ColumnVector;
import farsight.vector.UnitAttentionVector;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * The gradients of q, k and v of {@link UnitAttention} with weights of unit norm, by computing the weights again.
 *
 * @param q [batch or 1, rows, c]
 * @param k [batch or 1, keys, c]
 * @param v [batch, keys, width]
 * @param dy [batch, rows, width]
 * @param norms [batch, rows, 1]
 * @param along D_i = y_i·dy_i, [batch, rows, 1]
 * @param f work space, [batch, rows, 1]
 * @param h the same
 * @param dq where that of q goes
 * @param dk where that of k goes
 * @param dv where that of v goes
 */
public record UnitAttentionGradient(
        Buffer q,
        Buffer k,
        Buffer v,
        Buffer dy,
        Buffer norms,
        Buffer along,
        Buffer f,
        Buffer h,
        Side dq,
        Side dk,
        Side dv)
        implements Op {

    /**
     * Where a gradient goes.
     *
     * @param target like the operand
     * @param partial one a matrix of the batch and chunk of what is summed over; null where that is the target
     * @param chunks the cut of what is summed over
     * @param accumulate whether to add to what the target holds
     */
    public record Side(Buffer target, @Nullable Buffer partial, Chunks chunks, boolean accumulate) {

        static Side of(Program.Builder program, Gradients.Target target, long batch, Chunks chunks) {
            Shape s = target.buffer().shape();
            long pieces = batch * chunks.count();
            Buffer partial = pieces == s.batch()
                    ? null
                    : program.buffer(
                            target.buffer().name() + ".chunks",
                            new Shape(1, pieces * s.rows(), s.cols()),
                            Role.INTERMEDIATE);
            return new Side(target.buffer(), partial, chunks, target.accumulate());
        }

        /** What the sums are written to first. */
        Buffer sums() {
            return partial == null ? target : partial;
        }

        /** The bit that says that the first sums are added to. */
        int added() {
            return partial == null && accumulate ? UnitAttentionGradientKernels.ACCUMULATE : 0;
        }

        private int batch() {
            return size(target.shape().batch());
        }

        private int pieces(int all) {
            return all / batch();
        }

        private int elements() {
            return size(target.shape().rows() * target.shape().cols());
        }
    }

    /** Records itself and what it needs. */
    static void record(
            Recording r,
            UnitAttention forward,
            Buffer dy,
            Gradients.Target dq,
            Gradients.Target dk,
            Gradients.Target dv) {
        Program.Builder program = r.program();
        long batch = dy.shape().batch();
        long rows = dy.shape().rows();
        long keys = forward.v().shape().rows();
        Buffer along = r.like(dy, 1, "along");
        program.add(new StreamingAttention.RowDot(forward.y(), dy, along));
        long columns = Math.max(forward.q().shape().cols(), dy.shape().cols());
        // What the shorter side gets is summed over the longer one, in chunks: the same for all of its gradients.
        Chunks overKeys = keys > rows ? Chunks.ofUnstored(keys, batch * rows * columns) : Chunks.whole(keys);
        Chunks overRows = rows >= keys ? Chunks.ofUnstored(rows, batch * keys * columns) : Chunks.whole(rows);
        program.add(new UnitAttentionGradient(
                forward.q(),
                forward.k(),
                forward.v(),
                dy,
                forward.norms(),
                along,
                r.like(dy, 1, "factors"),
                r.like(dy, 1, "factors"),
                Side.of(program, dq, batch, overKeys),
                Side.of(program, dk, batch, overRows),
                Side.of(program, dv, batch, overRows)));
    }

    @Override
    public String name() {
        return "unitAttentionGradient";
    }

    @Override
    public List<Buffer> reads() {
        List<Buffer> reads = new ArrayList<>(List.of(q, k, v, dy, norms, along));
        List<Buffer> written = new ArrayList<>();
        for (Side side : sides()) {
            if (side.accumulate && !written.contains(side.target)) {
                reads.add(side.target);
            }
            written.add(side.target);
        }
        return reads.stream().distinct().toList();
    }

    private List<Side> sides() {
        return List.of(dq, dk, dv);
    }

    @Override
    public List<Buffer> writes() {
        return Stream.concat(Stream.of(f, h), sides().stream().flatMap(s -> Stream.of(s.target, s.sums())))
                .distinct()
                .toList();
    }

    /** The weights, their gradients, and three products with them: what the kernels compute more than once counts once. */
    @Override
    public long flops() {
        long pairs = Math.multiplyExact(
                dy.shape().batch() * dy.shape().rows(), v.shape().rows());
        return Math.multiplyExact(pairs, 6 * q.shape().cols() + 4 * v.shape().cols() + 6);
    }

    private int batch() {
        return size(dy.shape().batch());
    }

    private int rows() {
        return size(dy.shape().rows());
    }

    private int keys() {
        return size(v.shape().rows());
    }

    private int c() {
        return size(q.shape().cols());
    }

    private int width() {
        return size(v.shape().cols());
    }

    private int sharedRows(Buffer x) {
        return x.shape().batch() == 1 ? UnitAttentionGradientKernels.SHARED_ROWS : 0;
    }

    private int sharedOthers(Buffer x) {
        return x.shape().batch() == 1 ? UnitAttentionGradientKernels.SHARED_OTHERS : 0;
    }

    private int queryFlags() {
        return sharedRows(q) + sharedOthers(k) + UnitAttentionGradientKernels.FACTORS_OF_ROWS + dq.added();
    }

    private int keyFlags(Side side) {
        return sharedRows(k) + sharedOthers(q) + side.added();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        List<TaskPackage> tasks = new ArrayList<>();
        tasks.add(factors(id, at));
        tasks.add(query(id, at));
        tasks.addAll(sum(id + "Query", at, dq));
        tasks.add(key(id, at));
        tasks.addAll(sum(id + "Key", at, dk));
        tasks.add(value(id, at));
        tasks.addAll(sum(id + "Value", at, dv));
        return tasks;
    }

    private TaskPackage factors(String id, Storage at) {
        return TaskPackage.createPackage(
                id + "Factors",
                UnitAttentionGradientKernels::factors,
                at.of(norms),
                at.of(along),
                at.of(f),
                at.of(h),
                batch() * rows());
    }

    private TaskPackage query(String id, Storage at) {
        return TaskPackage.createPackage(
                id + "Query",
                UnitAttentionGradientKernels::sideGradient,
                at.of(q),
                at.of(k),
                at.of(dy),
                at.of(v),
                at.of(f),
                at.of(h),
                at.of(dq.sums()),
                batch(),
                rows(),
                keys(),
                c(),
                width(),
                queryFlags(),
                dq.chunks().count(),
                dq.chunks().rows());
    }

    private TaskPackage key(String id, Storage at) {
        return TaskPackage.createPackage(
                id + "Key",
                UnitAttentionGradientKernels::sideGradient,
                at.of(k),
                at.of(q),
                at.of(v),
                at.of(dy),
                at.of(f),
                at.of(h),
                at.of(dk.sums()),
                batch(),
                keys(),
                rows(),
                c(),
                width(),
                keyFlags(dk),
                dk.chunks().count(),
                dk.chunks().rows());
    }

    private TaskPackage value(String id, Storage at) {
        return TaskPackage.createPackage(
                id + "Value",
                UnitAttentionGradientKernels::valueGradient,
                at.of(k),
                at.of(q),
                at.of(dy),
                at.of(f),
                at.of(dv.sums()),
                batch(),
                keys(),
                rows(),
                c(),
                width(),
                keyFlags(dv),
                dv.chunks().count(),
                dv.chunks().rows());
    }

    private List<TaskPackage> sum(String id, Storage at, Side side) {
        if (side.partial == null) {
            return List.of();
        }
        return List.of(TaskPackage.createPackage(
                id + "Sum",
                ColumnKernels::sumChunks,
                at.of(side.partial),
                at.of(side.target),
                side.batch(),
                side.pieces(batch() * side.chunks.count()),
                side.elements(),
                1f,
                flag(side.accumulate)));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        Chunks chunks = rows() >= keys() ? dk.chunks() : dq.chunks();
        UnitAttentionVector.gradients(
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(dy),
                at.of(norms),
                at.of(along),
                at.of(dq.sums()),
                at.of(dk.sums()),
                at.of(dv.sums()),
                batch(),
                rows(),
                keys(),
                c(),
                width(),
                UnitAttention.stride(q),
                UnitAttention.stride(k),
                chunks.count(),
                chunks.rows(),
                flag(dq.added() != 0),
                flag(dk.added() != 0),
                flag(dv.added() != 0),
                workers);
        for (Side side : sides()) {
            if (side.partial != null) {
                ColumnVector.sumChunks(
                        at.of(side.partial),
                        at.of(side.target),
                        side.batch(),
                        side.pieces(batch() * side.chunks.count()),
                        side.elements(),
                        1f,
                        flag(side.accumulate),
                        workers);
            }
        }
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        boolean groups = limits.allow(UnitAttentionGradientGroups.GROUP, UnitAttentionGradientGroups.LOCAL_BYTES);
        List<GridTask> tasks = new ArrayList<>();
        tasks.add(WorkGroups.loop(limits, f.elements(), factors(id, at)));
        tasks.add(groups ? queryGroups(id, at) : heavy(limits, dq, query(id, at)));
        tasks.addAll(sumTasks(id + "Query", at, dq, limits));
        tasks.add(groups ? keyGroups(id, at) : heavy(limits, dk, key(id, at)));
        tasks.addAll(sumTasks(id + "Key", at, dk, limits));
        tasks.add(groups ? valueGroups(id, at) : heavy(limits, dv, value(id, at)));
        tasks.addAll(sumTasks(id + "Value", at, dv, limits));
        return tasks;
    }

    private GridTask heavy(GroupLimits limits, Side side, TaskPackage task) {
        Shape s = side.target.shape();
        int parts = UnitAttentionKernels.parts(batch() * side.chunks.count(), size(s.rows()), size(s.cols()));
        return WorkGroups.heavyLoop(limits, parts, task);
    }

    private GridTask groups(Side side, TaskPackage task) {
        Shape s = side.target.shape();
        long groups = UnitAttentionGroups.groups(batch() * side.chunks.count(), size(s.rows()), size(s.cols()));
        return GridTask.on(WorkGroups.of(groups, UnitAttentionGradientGroups.GROUP), task);
    }

    private GridTask queryGroups(String id, Storage at) {
        return groups(
                dq,
                TaskPackage.createPackage(
                        id + "Query",
                        UnitAttentionGradientGroups::sideGradient,
                        WorkGroups.CONTEXT,
                        at.of(q),
                        at.of(k),
                        at.of(dy),
                        at.of(v),
                        at.of(f),
                        at.of(h),
                        at.of(dq.sums()),
                        rows(),
                        keys(),
                        c(),
                        width(),
                        queryFlags(),
                        dq.chunks().count(),
                        dq.chunks().rows()));
    }

    private GridTask keyGroups(String id, Storage at) {
        return groups(
                dk,
                TaskPackage.createPackage(
                        id + "Key",
                        UnitAttentionGradientGroups::sideGradient,
                        WorkGroups.CONTEXT,
                        at.of(k),
                        at.of(q),
                        at.of(v),
                        at.of(dy),
                        at.of(f),
                        at.of(h),
                        at.of(dk.sums()),
                        keys(),
                        rows(),
                        c(),
                        width(),
                        keyFlags(dk),
                        dk.chunks().count(),
                        dk.chunks().rows()));
    }

    private GridTask valueGroups(String id, Storage at) {
        return groups(
                dv,
                TaskPackage.createPackage(
                        id + "Value",
                        UnitAttentionGradientGroups::valueGradient,
                        WorkGroups.CONTEXT,
                        at.of(k),
                        at.of(q),
                        at.of(dy),
                        at.of(f),
                        at.of(dv.sums()),
                        keys(),
                        rows(),
                        c(),
                        width(),
                        keyFlags(dv),
                        dv.chunks().count(),
                        dv.chunks().rows()));
    }

    private List<GridTask> sumTasks(String id, Storage at, Side side, GroupLimits limits) {
        if (side.partial == null) {
            return List.of();
        }
        int pieces = side.pieces(batch() * side.chunks.count());
        return List.of(
                WorkGroups.shareColumns(limits)
                        ? WorkGroups.sumChunks(
                                id + "Sum",
                                at,
                                side.partial,
                                side.target,
                                side.batch(),
                                pieces,
                                side.elements(),
                                1f,
                                side.accumulate)
                        : WorkGroups.loop(
                                limits,
                                side.target.elements(),
                                sum(id, at, side).getFirst()));
    }
}
