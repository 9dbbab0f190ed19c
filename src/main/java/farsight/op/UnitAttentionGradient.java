package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.UnitAttentionGradientKernels;
import farsight.program.Buffer;
import farsight.program.Program;
import farsight.vector.UnitAttentionVector;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
        GradientChunks dq,
        GradientChunks dk,
        GradientChunks dv)
        implements Op {

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
        Buffer along = r.rowDot(forward.y(), dy);
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
                GradientChunks.of(program, dq, batch, overKeys),
                GradientChunks.of(program, dk, batch, overRows),
                GradientChunks.of(program, dv, batch, overRows)));
    }

    @Override
    public String name() {
        return "unitAttentionGradient";
    }

    @Override
    public List<Buffer> reads() {
        List<Buffer> reads = new ArrayList<>(List.of(q, k, v, dy, norms, along));
        List<Buffer> written = new ArrayList<>();
        for (GradientChunks side : sides()) {
            if (side.accumulate() && !written.contains(side.target())) {
                reads.add(side.target());
            }
            written.add(side.target());
        }
        return reads.stream().distinct().toList();
    }

    private List<GradientChunks> sides() {
        return List.of(dq, dk, dv);
    }

    @Override
    public List<Buffer> writes() {
        return Stream.concat(Stream.of(f, h), sides().stream().flatMap(s -> Stream.of(s.target(), s.sums())))
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

    int batch() {
        return size(dy.shape().batch());
    }

    /** Channels of q and k. */
    int c() {
        return size(q.shape().cols());
    }

    /** Channels of v. */
    int width() {
        return size(v.shape().cols());
    }

    private List<UnitAttentionGradientCall> calls() {
        return List.of(
                UnitAttentionGradientCall.query(this),
                UnitAttentionGradientCall.key(this),
                UnitAttentionGradientCall.value(this));
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        List<TaskPackage> tasks = new ArrayList<>();
        tasks.add(factors(id, at));
        for (UnitAttentionGradientCall call : calls()) {
            tasks.add(call.plain(id, at));
            call.side().end().ifPresent(sum -> tasks.add(sum.task(id + call.part() + "Sum", at)));
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

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        List<GridTask> tasks = new ArrayList<>();
        tasks.add(WorkGroups.loop(limits, f.elements(), factors(id, at)));
        for (UnitAttentionGradientCall call : calls()) {
            tasks.add(call.groupTask(id, at, limits));
            call.side().end().ifPresent(sum -> tasks.add(sum.groupTask(id + call.part() + "Sum", at, limits)));
        }
        return tasks;
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
