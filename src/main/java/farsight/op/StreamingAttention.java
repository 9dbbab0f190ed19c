package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.StreamingKernels;
import farsight.program.Buffer;
import java.util.List;
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

    @Override
    public long flops() {
        return pairs() * (2 * q.shape().cols() + 2 * v.shape().cols() + 4);
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
    }

    /** What a gradient is of. */
    public enum Operand {
        /** q. */
        QUERY,
        /** k. */
        KEY,
        /** v. */
        VALUE
    }

    /**
     * The gradient of one operand, by computing P again from the log-sum-exp; or d += that.
     *
     * @param of which operand
     * @param along D of {@link RowDot}, [B, N, 1]
     * @param d like the operand
     */
    public record Gradient(
            Operand of,
            Buffer q,
            Buffer k,
            Buffer v,
            Buffer dy,
            Buffer logSums,
            Buffer along,
            Buffer d,
            float scale,
            boolean accumulate)
            implements Op {

        @Override
        public String name() {
            return switch (of) {
                case QUERY -> "streamingQueryGradient";
                case KEY -> "streamingKeyGradient";
                case VALUE -> "streamingValueGradient";
            };
        }

        @Override
        public List<Buffer> reads() {
            return of == Operand.VALUE
                    ? Op.reading(accumulate, d, q, k, dy, logSums)
                    : Op.reading(accumulate, d, q, k, v, dy, logSums, along);
        }

        @Override
        public List<Buffer> writes() {
            return List.of(d);
        }

        @Override
        public long flops() {
            long pairs = Math.multiplyExact(
                    q.shape().batch() * q.shape().rows(), k.shape().rows());
            long c = q.shape().cols();
            long width = v.shape().cols();
            return pairs * (of == Operand.VALUE ? 2 * c + 2 * width + 3 : 4 * c + 2 * width + 5);
        }

        @Override
        public List<TaskPackage> tasks(String id, Storage at) {
            int batch = size(q.shape().batch());
            int rows = size(q.shape().rows());
            int keys = size(k.shape().rows());
            int c = size(q.shape().cols());
            int width = size(v.shape().cols());
            int add = flag(accumulate);
            return List.of(
                    switch (of) {
                        case QUERY ->
                            TaskPackage.createPackage(
                                    id,
                                    StreamingKernels::streamingQueryGradient,
                                    at.of(q),
                                    at.of(k),
                                    at.of(v),
                                    at.of(dy),
                                    at.of(logSums),
                                    at.of(along),
                                    at.of(d),
                                    batch,
                                    rows,
                                    keys,
                                    c,
                                    width,
                                    scale,
                                    add);
                        case KEY ->
                            TaskPackage.createPackage(
                                    id,
                                    StreamingKernels::streamingKeyGradient,
                                    at.of(q),
                                    at.of(k),
                                    at.of(v),
                                    at.of(dy),
                                    at.of(logSums),
                                    at.of(along),
                                    at.of(d),
                                    batch,
                                    rows,
                                    keys,
                                    c,
                                    width,
                                    scale,
                                    add);
                        case VALUE ->
                            TaskPackage.createPackage(
                                    id,
                                    StreamingKernels::streamingValueGradient,
                                    at.of(q),
                                    at.of(k),
                                    at.of(dy),
                                    at.of(logSums),
                                    at.of(d),
                                    batch,
                                    rows,
                                    keys,
                                    c,
                                    width,
                                    scale,
                                    add);
                    });
        }
    }
}
