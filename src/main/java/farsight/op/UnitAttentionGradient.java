package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.UnitAttentionGradientKernels;
import farsight.kernel.UnitAttentionKernels;
import farsight.kernel.group.UnitAttentionGradientGroups;
import farsight.kernel.group.UnitAttentionGroups;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.vector.UnitAttentionVector;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

        /** How the first sums are added up; empty where they are the gradient. */
        Optional<ChunkSum> end() {
            return Optional.ofNullable(partial).map(p -> new ChunkSum(p, target, 1f, accumulate));
        }
    }

    /**
     * A kernel's call, seen from the rows whose gradient it gives.
     *
     * @param part of its id
     * @param ofValues whether it gives dv
     * @param x the rows, q or k
     * @param t the others
     * @param a what is given for the rows: dy for q, v for k
     * @param e what is given for the others
     * @param side where the gradient goes
     * @param flags of the kernels
     */
    private record Call(String part, boolean ofValues, Buffer x, Buffer t, Buffer a, Buffer e, Side side, int flags) {

        int rows() {
            return size(x.shape().rows());
        }

        int others() {
            return size(t.shape().rows());
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
        program.add(new RowDot(forward.y(), dy, along));
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

    private int c() {
        return size(q.shape().cols());
    }

    private int width() {
        return size(v.shape().cols());
    }

    private static int shared(Buffer x, int flag) {
        return x.shape().batch() == 1 ? flag : 0;
    }

    private Call call(String part, boolean ofValues, Buffer x, Buffer t, Buffer a, Buffer e, Side side, int factors) {
        int flags = shared(x, UnitAttentionGradientKernels.SHARED_ROWS)
                + shared(t, UnitAttentionGradientKernels.SHARED_OTHERS)
                + factors
                + side.added();
        return new Call(part, ofValues, x, t, a, e, side, flags);
    }

    private Call query() {
        return call("Query", false, q, k, dy, v, dq, UnitAttentionGradientKernels.FACTORS_OF_ROWS);
    }

    private Call key() {
        return call("Key", false, k, q, v, dy, dk, 0);
    }

    private Call value() {
        return call("Value", true, k, q, v, dy, dv, 0);
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        List<TaskPackage> tasks = new ArrayList<>();
        tasks.add(factors(id, at));
        for (Call call : List.of(query(), key(), value())) {
            tasks.add(plain(call, id, at));
            call.side.end().ifPresent(sum -> tasks.add(sum.task(id + call.part + "Sum", at)));
        }
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
                size(f.elements()));
    }

    private TaskPackage plain(Call call, String id, Storage at) {
        return call.ofValues
                ? TaskPackage.createPackage(
                        id + call.part,
                        UnitAttentionGradientKernels::valueGradient,
                        at.of(call.x),
                        at.of(call.t),
                        at.of(call.e),
                        at.of(f),
                        at.of(call.side.sums()),
                        batch(),
                        call.rows(),
                        call.others(),
                        c(),
                        width(),
                        call.flags,
                        call.side.chunks().count(),
                        call.side.chunks().rows())
                : TaskPackage.createPackage(
                        id + call.part,
                        UnitAttentionGradientKernels::sideGradient,
                        at.of(call.x),
                        at.of(call.t),
                        at.of(call.a),
                        at.of(call.e),
                        at.of(f),
                        at.of(h),
                        at.of(call.side.sums()),
                        batch(),
                        call.rows(),
                        call.others(),
                        c(),
                        width(),
                        call.flags,
                        call.side.chunks().count(),
                        call.side.chunks().rows());
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        boolean groups = limits.allow(UnitAttentionGradientGroups.GROUP, UnitAttentionGradientGroups.LOCAL_BYTES);
        List<GridTask> tasks = new ArrayList<>();
        tasks.add(WorkGroups.loop(limits, f.elements(), factors(id, at)));
        for (Call call : List.of(query(), key(), value())) {
            int pieces = batch() * call.side.chunks().count();
            int cols = size(call.side.target().shape().cols());
            tasks.add(
                    groups
                            ? GridTask.on(
                                    WorkGroups.of(
                                            UnitAttentionGroups.groups(pieces, call.rows(), cols),
                                            UnitAttentionGradientGroups.GROUP),
                                    grouped(call, id, at))
                            : WorkGroups.heavyLoop(
                                    limits,
                                    UnitAttentionKernels.parts(pieces, call.rows(), cols),
                                    plain(call, id, at)));
            call.side.end().ifPresent(sum -> tasks.add(sum.groupTask(id + call.part + "Sum", at, limits)));
        }
        return tasks;
    }

    private TaskPackage grouped(Call call, String id, Storage at) {
        return call.ofValues
                ? TaskPackage.createPackage(
                        id + call.part,
                        UnitAttentionGradientGroups::valueGradient,
                        WorkGroups.CONTEXT,
                        at.of(call.x),
                        at.of(call.t),
                        at.of(call.e),
                        at.of(f),
                        at.of(call.side.sums()),
                        call.rows(),
                        call.others(),
                        c(),
                        width(),
                        call.flags,
                        call.side.chunks().count(),
                        call.side.chunks().rows())
                : TaskPackage.createPackage(
                        id + call.part,
                        UnitAttentionGradientGroups::sideGradient,
                        WorkGroups.CONTEXT,
                        at.of(call.x),
                        at.of(call.t),
                        at.of(call.a),
                        at.of(call.e),
                        at.of(f),
                        at.of(h),
                        at.of(call.side.sums()),
                        call.rows(),
                        call.others(),
                        c(),
                        width(),
                        call.flags,
                        call.side.chunks().count(),
                        call.side.chunks().rows());
    }

    @Override
    public void vector(Storage at, Workers workers) {
        int rows = size(dy.shape().rows());
        int keys = size(v.shape().rows());
        Chunks chunks = rows >= keys ? dk.chunks() : dq.chunks();
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
                rows,
                keys,
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
        sides().forEach(side -> side.end().ifPresent(sum -> sum.vector(at, workers)));
    }
}
