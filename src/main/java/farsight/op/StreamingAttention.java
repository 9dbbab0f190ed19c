package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.StreamingKernels;
import farsight.kernel.group.RowGroups;
import farsight.kernel.group.Rows;
import farsight.program.Buffer;
import farsight.program.Shape;
import farsight.vector.StreamingVector;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * Exact softmax attention without P: y_i = Σ_j softmax_j(σ·q_i·k_j)·v_j.
 *
 * @param q [B, N, c]
 * @param k [B, M, c]
 * @param v [B, M, w]
 * @param y [B, N, w]
 * @param logSums log-sum-exp of each row's logits, [B, N, 1]
 * @param scale σ
 */
public record StreamingAttention(Buffer q, Buffer k, Buffer v, Buffer y, Buffer logSums, float scale) implements Op {

    @Override
    public String name() {
        return "streamingAttention";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(q, k, v);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y, logSums);
    }

    /** A row's result needs its own query only. */
    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        long channels = q.shape().cols();
        return read.equals(q)
                && written.equals(y)
                && !q.equals(k)
                && !q.equals(v)
                && channels == v.shape().cols()
                && channels <= StreamingKernels.HELD;
    }

    @Override
    public long flops() {
        return Math.multiplyExact(pairs(), 2 * q.shape().cols() + 2 * v.shape().cols() + 4);
    }

    private long pairs() {
        return Math.multiplyExact(
                q.shape().batch() * q.shape().rows(), k.shape().rows());
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
                id,
                StreamingKernels::streamingAttention,
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(y),
                at.of(logSums),
                size(q.shape().batch()),
                size(q.shape().rows()),
                size(k.shape().rows()),
                size(q.shape().cols()),
                size(v.shape().cols()),
                scale));
    }

    @Override
    public long iterations() {
        return logSums.elements();
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        return StreamingGroups.allowed(limits)
                ? StreamingGroups.forward(this, id, at)
                : Op.super.groupTasks(id, at, limits);
    }

    @Override
    public void vector(Storage at, Workers workers) {
        StreamingVector.streamingAttention(
                at.of(q),
                at.of(k),
                at.of(v),
                at.of(y),
                at.of(logSums),
                size(q.shape().batch()),
                size(q.shape().rows()),
                size(k.shape().rows()),
                size(q.shape().cols()),
                size(v.shape().cols()),
                scale,
                workers);
    }

    /**
     * D_i = y_i·dy_i.
     *
     * @param along D, [B, N, 1]
     */
    public record RowDot(Buffer y, Buffer dy, Buffer along) implements Op {

        @Override
        public String name() {
            return "rowDot";
        }

        @Override
        public List<Buffer> reads() {
            return List.of(y, dy);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(along);
        }

        @Override
        public long flops() {
            return 2 * y.elements();
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            return List.of(TaskPackage.createPackage(
                    id,
                    StreamingKernels::rowDot,
                    at.of(y),
                    at.of(dy),
                    at.of(along),
                    size(along.elements()),
                    size(y.shape().cols())));
        }

        @Override
        public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
            Shape s = y.shape();
            if (!WorkGroups.shareRows(s.cols(), limits)) {
                return Op.super.groupTasks(id, at, limits);
            }
            int rows = size(s.batch() * s.rows());
            int cols = size(s.cols());
            return List.of(GridTask.on(
                    WorkGroups.ofRows(rows, cols),
                    TaskPackage.createPackage(
                            id,
                            RowGroups::rowDot,
                            WorkGroups.CONTEXT,
                            at.of(y),
                            at.of(dy),
                            at.of(along),
                            rows,
                            cols,
                            Rows.lanes(cols))));
        }

        @Override
        public void vector(Storage at, Workers workers) {
            StreamingVector.rowDot(
                    at.of(y),
                    at.of(dy),
                    at.of(along),
                    size(along.elements()),
                    size(y.shape().cols()),
                    workers);
        }
    }

    /**
     * The gradients of q, k and v, by computing P again from the log-sum-exp; or each d += that. Gradients of one buffer
     * that is several operands are one buffer too, and all but the first are added.
     *
     * @param along D of {@link RowDot}, [B, N, 1]
     * @param dq like q
     * @param dk like k
     * @param dv like v
     */
    public record Gradient(
            Buffer q,
            Buffer k,
            Buffer v,
            Buffer dy,
            Buffer logSums,
            Buffer along,
            Buffer dq,
            Buffer dk,
            Buffer dv,
            float scale,
            boolean accumulateQuery,
            boolean accumulateKey,
            boolean accumulateValue)
            implements Op {

        @Override
        public String name() {
            return "streamingGradient";
        }

        @Override
        public List<Buffer> reads() {
            List<Buffer> reads = new ArrayList<>(Op.reading(accumulateQuery, dq, q, k, v, dy, logSums, along));
            if (accumulateKey && !dk.equals(dq)) {
                reads.add(dk);
            }
            if (accumulateValue && !dv.equals(dq) && !dv.equals(dk)) {
                reads.add(dv);
            }
            return List.copyOf(reads);
        }

        @Override
        public List<Buffer> writes() {
            return Stream.of(dq, dk, dv).distinct().toList();
        }

        @Override
        public long flops() {
            long pairs = Math.multiplyExact(
                    q.shape().batch() * q.shape().rows(), k.shape().rows());
            // P, P's gradient and three products with them: what the kernels compute more than once counts once.
            return Math.multiplyExact(
                    pairs, 6 * q.shape().cols() + 4 * v.shape().cols() + 6);
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            int batch = size(q.shape().batch());
            int rows = size(q.shape().rows());
            int keys = size(k.shape().rows());
            int c = size(q.shape().cols());
            int width = size(v.shape().cols());
            return List.of(
                    TaskPackage.createPackage(
                            id + "Query",
                            StreamingKernels::streamingQueryGradient,
                            at.of(q),
                            at.of(k),
                            at.of(v),
                            at.of(dy),
                            at.of(logSums),
                            at.of(along),
                            at.of(dq),
                            batch,
                            rows,
                            keys,
                            c,
                            width,
                            scale,
                            flag(accumulateQuery)),
                    TaskPackage.createPackage(
                            id + "Key",
                            StreamingKernels::streamingKeyGradient,
                            at.of(q),
                            at.of(k),
                            at.of(v),
                            at.of(dy),
                            at.of(logSums),
                            at.of(along),
                            at.of(dk),
                            batch,
                            rows,
                            keys,
                            c,
                            width,
                            scale,
                            flag(accumulateKey)),
                    TaskPackage.createPackage(
                            id + "Value",
                            StreamingKernels::streamingValueGradient,
                            at.of(q),
                            at.of(k),
                            at.of(dy),
                            at.of(logSums),
                            at.of(dv),
                            batch,
                            rows,
                            keys,
                            c,
                            width,
                            scale,
                            flag(accumulateValue)));
        }

        @Override
        public long iterations() {
            return Math.max(
                    q.shape().batch() * q.shape().rows(),
                    k.shape().batch() * k.shape().rows());
        }

        @Override
        public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
            List<GridTask> plain = Op.super.groupTasks(id, at, limits);
            return StreamingGroups.allowed(limits) ? StreamingGroups.gradient(this, id, at, plain) : plain;
        }

        @Override
        public void vector(Storage at, Workers workers) {
            StreamingVector.streamingGradients(
                    at.of(q),
                    at.of(k),
                    at.of(v),
                    at.of(dy),
                    at.of(logSums),
                    at.of(along),
                    at.of(dq),
                    at.of(dk),
                    at.of(dv),
                    size(q.shape().batch()),
                    size(q.shape().rows()),
                    size(k.shape().rows()),
                    size(q.shape().cols()),
                    size(v.shape().cols()),
                    scale,
                    flag(accumulateQuery),
                    flag(accumulateKey),
                    flag(accumulateValue),
                    workers);
        }
    }
}
