package farsight.op;

import farsight.program.Buffer;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Records operations into a program, and their gradients after them. A block states its forward
 * pass; {@link #backward} then walks the tape from its end and records each operation's adjoint. All
 * of this happens while recording: the program that comes out is a plain list of steps.
 *
 * <p>Letters: B batch, N positions, C channels. Every method returns the buffer of its result.
 */
public final class Tape {

    private final Program.Builder program;
    private final Gradients gradients;
    private final Deque<Runnable> adjoints = new ArrayDeque<>();
    private final boolean differentiable;
    private int names;

    /**
     * An empty tape.
     *
     * @param program where steps are recorded
     * @param differentiable whether {@link #backward} will follow
     */
    public Tape(Program.Builder program, boolean differentiable) {
        this.program = program;
        this.gradients = new Gradients(program);
        this.differentiable = differentiable;
    }

    /** Adds a parameter or an input. */
    public Buffer given(String name, Shape shape, Role role) {
        return program.buffer(name, shape, role);
    }

    /**
     * y = x·Wᵀ + b at every position, a 1×1 convolution.
     *
     * @param x [B, N, in]
     * @param w W, [1, out, in]
     * @param bias b, [1, 1, out], or null for none
     */
    public Buffer project(Buffer x, Buffer w, @Nullable Buffer bias) {
        return project(x, w, bias, bias != null);
    }

    /**
     * The same, where a softmax over the positions follows, which no shift common to all positions
     * changes. So the gradient of b is 0, exactly, and is not summed up from terms that cancel.
     */
    public Buffer projectBeforeSoftmax(Buffer x, Buffer w, Buffer bias) {
        return project(x, w, bias, false);
    }

    private Buffer project(Buffer x, Buffer w, @Nullable Buffer bias, boolean biasMatters) {
        if (bias == null) {
            return matMulRightTransposed(x, w, 1f, "project");
        }
        Buffer y = like(x, w.shape().rows(), "project");
        program.add(new Project(x, w, bias, y));
        adjoint(y, dy -> {
            Gradients.Target dx = gradients.target(x);
            program.add(new MatMul(dy, w, dx.buffer(), false, 1f, dx.accumulate()));
            productOverPositions(dy, x, w, 1f);
            if (biasMatters) {
                Gradients.Target db = gradients.target(bias);
                ColumnSum.record(program, dy, null, db.buffer(), 1f, db.accumulate());
            }
        });
        return y;
    }

    /** C = A·B: A [batch, m, k], B [batch or 1, k, n]. */
    public Buffer matMul(Buffer a, Buffer b) {
        Buffer c = like(a, b.shape().cols(), "product");
        program.add(new MatMul(a, b, c, false, 1f, false));
        adjoint(c, dc -> {
            productOverPositions(a, dc, b, 1f);
            gradients.product(a, new Gradients.Pending(dc, b, null));
        });
        return c;
    }

    /** C = α·A·Bᵀ: A [batch, m, k], B [batch or 1, n, k]. */
    public Buffer matMulRightTransposed(Buffer a, Buffer b, float alpha) {
        return matMulRightTransposed(a, b, alpha, "affinity");
    }

    private Buffer matMulRightTransposed(Buffer a, Buffer b, float alpha, String name) {
        Buffer c = like(a, b.shape().rows(), name);
        program.add(new MatMul(a, b, c, true, alpha, false));
        adjoint(c, dc -> {
            Gradients.Target da = gradients.target(a);
            program.add(new MatMul(dc, b, da.buffer(), false, alpha, da.accumulate()));
            productOverPositions(dc, a, b, alpha);
        });
        return c;
    }

    /** C = Aᵀ·B, a sum over positions: A [batch, N, m], B [batch, N, n]. */
    public Buffer matMulLeftTransposed(Buffer a, Buffer b) {
        Shape shape = new Shape(a.shape().batch(), a.shape().cols(), b.shape().cols());
        Buffer c = intermediate("gathered", shape);
        MatMulLeftTransposed.record(program, a, b, c, 1f, false);
        adjoint(c, dc -> {
            Gradients.Target db = gradients.target(b);
            program.add(new MatMul(a, dc, db.buffer(), false, 1f, db.accumulate()));
            gradients.product(a, new Gradients.Pending(b, dc, c));
        });
        return c;
    }

    /** max(x, 0). */
    public Buffer relu(Buffer x) {
        Buffer y = like(x, "relu");
        program.add(new Relu(x, y));
        adjoint(y, dy -> {
            Gradients.Target dx = gradients.target(x);
            program.add(new ReluGradient(y, dy, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    /** 1 / (1 + exp(−x)). */
    public Buffer sigmoid(Buffer x) {
        Buffer y = like(x, "sigmoid");
        program.add(new Sigmoid(x, y));
        adjoint(y, dy -> {
            Gradients.Target dx = gradients.target(x);
            program.add(new SigmoidGradient(y, dy, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    /** softmax(scale·x_i) for every row i. */
    public Buffer softmaxRows(Buffer x, float scale) {
        Buffer y = like(x, "softmax");
        program.add(new SoftmaxRows(x, y, scale));
        adjoint(y, dy -> {
            Gradients.Target dx = gradients.target(x);
            program.add(new SoftmaxRows.Gradient(y, dy, dx.buffer(), scale, dx.accumulate()));
        });
        return y;
    }

    /** Softmax over the positions of every column: x [B, N, k]. */
    public Buffer softmaxPositions(Buffer x) {
        Buffer y = like(x, "softmax");
        SoftmaxPositions.record(program, x, y);
        adjoint(y, dy -> {
            Buffer along = columnDot(y, dy);
            Gradients.Target dx = gradients.target(x);
            program.add(new SoftmaxPositions.Gradient(y, dy, along, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    /** Rows of unit L2 norm, after a ReLU if asked: x [B, N, k]. */
    public Buffer l2Rows(Buffer x, boolean relu) {
        Buffer y = like(x, "unit");
        Buffer norms = like(x, 1, "norms");
        program.add(new L2Rows(x, y, norms, relu));
        adjoint(() -> unitRowsGradient(y, norms, relu, () -> gradients.target(x)));
        return y;
    }

    /** The same of x·Wᵀ, which is not stored: x [B, N, in], W [1, out, in]. */
    public Buffer projectToUnitRows(Buffer x, Buffer w, boolean relu) {
        Buffer y = like(x, w.shape().rows(), "unit");
        Buffer norms = like(x, 1, "norms");
        program.add(new UnitProduct(new MatMul(x, w, y, true, 1f, false), new L2Rows(y, y, norms, relu)));
        adjoint(() -> {
            Buffer projected = unitRowsGradient(
                    y, norms, relu, () -> new Gradients.Target(intermediate("d.projected", y.shape()), false));
            if (projected != null) {
                Gradients.Target dx = gradients.target(x);
                program.add(new MatMul(projected, w, dx.buffer(), false, 1f, dx.accumulate()));
                productOverPositions(projected, x, w, 1f);
            }
        });
        return y;
    }

    /** Records the gradient of what was normed: returns it, or null where nothing depends on y. */
    private @Nullable Buffer unitRowsGradient(Buffer y, Buffer norms, boolean relu, Supplier<Gradients.Target> target) {
        if (!gradients.has(y)) {
            return null;
        }
        Gradients.Target dx = target.get();
        Gradients.Pending product = dx.accumulate() ? null : gradients.take(y);
        if (product != null) {
            program.add(new UnitProduct.Gradient(
                    product.into(dx.buffer()), new L2Rows.Gradient(y, dx.buffer(), norms, dx.buffer(), relu, false)));
        } else {
            Buffer dy = Objects.requireNonNull(gradients.of(y));
            program.add(new L2Rows.Gradient(y, dy, norms, dx.buffer(), relu, dx.accumulate()));
        }
        return dx.buffer();
    }

    /** Columns (vectors over positions) of unit L2 norm, after a ReLU if asked: x [B, N, k]. */
    public Buffer l2Positions(Buffer x, boolean relu) {
        Buffer y = like(x, "unit");
        Buffer norms = intermediate("norms", perChannel(x));
        L2Positions.record(program, x, y, norms, relu);
        adjoint(() -> {
            if (gradients.has(y)) {
                unitPositionsGradient(y, norms, relu, gradients.target(x));
            }
        });
        return y;
    }

    private void unitPositionsGradient(Buffer y, Buffer norms, boolean relu, Gradients.Target dx) {
        Gradients.Pending product = dx.accumulate() ? null : gradients.take(y);
        if (product != null && product.c() != null) {
            // Σ_i y_ij·(A·Bᵀ)_ij = Σ_c C_jc·B_jc: over the few columns of C instead of all positions.
            Buffer along = intermediate("along", perChannel(y));
            program.add(new StreamingAttention.RowDot(product.c(), product.b(), along));
            program.add(new UnitProduct.PositionsGradient(
                    product.into(dx.buffer()),
                    new L2Positions.Gradient(y, dx.buffer(), norms, along, dx.buffer(), relu, false)));
            return;
        }
        if (product != null) {
            gradients.product(y, product);
        }
        Buffer dy = Objects.requireNonNull(gradients.of(y));
        Buffer along = columnDot(y, dy);
        program.add(new L2Positions.Gradient(y, dy, norms, along, dx.buffer(), relu, dx.accumulate()));
    }

    /** Layer norm over the rows, affine: x [B, 1, p], γ and β [1, 1, p]. */
    public Buffer layerNorm(Buffer x, Buffer gamma, Buffer beta) {
        Buffer y = like(x, "layerNorm");
        Buffer moments = like(x, 2, "moments");
        program.add(new LayerNorm(x, gamma, beta, y, moments));
        adjoint(y, dy -> {
            Gradients.Target dx = gradients.target(x);
            Gradients.Target dGamma = gradients.target(gamma);
            Gradients.Target dBeta = gradients.target(beta);
            program.add(new LayerNorm.Gradient(
                    x,
                    gamma,
                    moments,
                    dy,
                    dx.buffer(),
                    dGamma.buffer(),
                    dBeta.buffer(),
                    dx.accumulate(),
                    dGamma.accumulate()));
        });
        return y;
    }

    /** Mean over the positions: x [B, N, C] to [B, 1, C]. */
    public Buffer meanPositions(Buffer x) {
        Buffer y = intermediate("mean", perChannel(x));
        float scale = 1f / x.shape().rows();
        ColumnSum.record(program, x, null, y, scale, false);
        adjoint(y, dy -> {
            Gradients.Target dx = gradients.target(x);
            program.add(new ChannelSpread(dy, dx.buffer(), scale, dx.accumulate()));
        });
        return y;
    }

    /** x + u. */
    public Buffer residual(Buffer x, Buffer u) {
        Buffer y = like(x, "residual");
        program.add(new Residual(x, u, y));
        adjoint(y, dy -> {
            gradients.share(x, dy);
            gradients.share(u, dy);
        });
        return y;
    }

    /** x + γ·u, γ one number. */
    public Buffer scaledResidual(Buffer x, Buffer u, Buffer gamma) {
        Buffer y = like(x, "residual");
        program.add(new ScaledResidual(x, u, gamma, y));
        adjoint(y, dy -> {
            gradients.share(x, dy);
            recordGammaGradient(u, dy, gamma);
            Gradients.Target du = gradients.target(u);
            program.add(new ScaledCopy(gamma, dy, du.buffer(), du.accumulate()));
        });
        return y;
    }

    /**
     * x + γ·v·Wᵀ, where v·Wᵀ is not stored: x [B, N, C], v [B, N, c], W [1, C, c], γ one number. With t = dy·W, which is
     * narrow: dγ = Σ v·t, dv = γ·t, and dW = γ·dyᵀ·v.
     */
    public Buffer projectedResidual(Buffer x, Buffer v, Buffer w, Buffer gamma) {
        Buffer y = like(x, "residual");
        program.add(new ProjectedResidual(new MatMul(v, w, y, true, 1f, false), new ScaledResidual(x, y, gamma, y)));
        adjoint(y, dy -> {
            gradients.share(x, dy);
            Buffer t = like(v, "d.scaled");
            program.add(new MatMul(dy, w, t, false, 1f, false));
            recordGammaGradient(v, t, gamma);
            Buffer raw = intermediate("d.weight", w.shape());
            MatMulLeftTransposed.record(program, dy, v, raw, 1f, false);
            Gradients.Target dw = gradients.target(w);
            program.add(new ScaledCopy(gamma, raw, dw.buffer(), dw.accumulate()));
            Gradients.Target dv = gradients.target(v);
            program.add(new ScaledCopy(gamma, t, dv.buffer(), dv.accumulate()));
        });
        return y;
    }

    /** dγ = Σ u·du, over all positions and channels. */
    private void recordGammaGradient(Buffer u, Buffer du, Buffer gamma) {
        Buffer columns = intermediate("gammaColumns", Shape.vector(u.shape().cols()));
        ColumnSum.record(program, u, du, columns, 1f, false);
        Gradients.Target dGamma = gradients.target(gamma);
        program.add(new Total(columns, dGamma.buffer(), dGamma.accumulate()));
    }

    /** x[b, i, j]·s[b, j]: x [B, N, C], s [B, 1, C]. */
    public Buffer channelMultiply(Buffer x, Buffer factor) {
        Buffer y = like(x, "channelMultiply");
        program.add(new ChannelMultiply(x, factor, y, false));
        adjoint(y, dy -> {
            Gradients.Target dFactor = gradients.target(factor);
            ColumnSum.record(program, x, dy, dFactor.buffer(), 1f, dFactor.accumulate());
            Gradients.Target dx = gradients.target(x);
            program.add(new ChannelMultiply(dy, factor, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    /** x[b, i, j] + t[b, j]: x [B, N, C], t [B, 1, C]. */
    public Buffer channelAdd(Buffer x, Buffer term) {
        Buffer y = like(x, "channelAdd");
        program.add(new ChannelAdd(x, term, y));
        adjoint(y, dy -> {
            Gradients.Target dTerm = gradients.target(term);
            ColumnSum.record(program, dy, null, dTerm.buffer(), 1f, dTerm.accumulate());
            gradients.share(x, dy);
        });
        return y;
    }

    /** Parts side by side on the channels: each [B, N, c_k]. A single part is returned as it is. */
    public Buffer concatenate(List<Buffer> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        long cols = parts.stream().mapToLong(p -> p.shape().cols()).sum();
        Buffer y = like(parts.getFirst(), cols, "concatenated");
        long offset = 0;
        for (Buffer part : parts) {
            program.add(new CopyColumns(part, 0, y, offset, part.shape().cols(), false));
            offset += part.shape().cols();
        }
        adjoint(y, dy -> {
            long at = 0;
            for (Buffer part : parts) {
                Gradients.Target d = gradients.target(part);
                program.add(new CopyColumns(dy, at, d.buffer(), 0, part.shape().cols(), d.accumulate()));
                at += part.shape().cols();
            }
        });
        return y;
    }

    /**
     * Batch norm with the batch's own statistics: x [B, N, C], γ and β [1, 1, C].
     *
     * @return y, and the statistics that a trainer keeps a running mean of
     */
    public BatchNormed batchNorm(Buffer x, Buffer gamma, Buffer beta) {
        Shape perChannel = Shape.vector(x.shape().cols());
        Buffer mean = intermediate("mean", perChannel);
        Buffer variance = intermediate("variance", perChannel);
        ColumnSum.record(
                program,
                x,
                null,
                mean,
                (float) (1.0 / (x.shape().batch() * x.shape().rows())),
                false);
        BatchSums.Variance.record(program, x, mean, variance);
        Buffer y = like(x, "batchNorm");
        program.add(new BatchNorm(x, mean, variance, gamma, beta, y));
        adjoint(y, dy -> {
            // Σ dy and Σ dy·x̂ are dβ and dγ, and terms of dx: each parameter is used once a block.
            Gradients.Target dBeta = gradients.first(beta);
            ColumnSum.record(program, dy, null, dBeta.buffer(), 1f, false);
            Gradients.Target dGamma = gradients.first(gamma);
            BatchSums.HatDot.record(program, x, mean, variance, dy, dGamma.buffer());
            Gradients.Target dx = gradients.target(x);
            program.add(new BatchNorm.Gradient(
                    x, mean, variance, gamma, dy, dBeta.buffer(), dGamma.buffer(), dx.buffer(), dx.accumulate()));
        });
        return new BatchNormed(y, mean, variance);
    }

    /** Batch norm with its statistics. */
    public record BatchNormed(Buffer y, Buffer mean, Buffer variance) {}

    /** Batch norm with kept statistics, a constant affine: nothing but x gets a gradient. */
    public Buffer frozenNorm(Buffer x, Buffer mean, Buffer variance, Buffer gamma, Buffer beta) {
        Buffer y = like(x, "frozenNorm");
        program.add(new BatchNorm(x, mean, variance, gamma, beta, y));
        adjoint(y, dy -> {
            Gradients.Target dx = gradients.target(x);
            program.add(new BatchNorm.FrozenGradient(variance, gamma, dy, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    /** 2×2 max-pooling over a grid of height·width positions: x [B, N, C]. */
    public Buffer maxPool(Buffer x, long height, long width) {
        Shape s = x.shape();
        Buffer y = intermediate("pooled", new Shape(s.batch(), (height / 2) * (width / 2), s.cols()));
        program.add(new MaxPool(x, y, height, width));
        adjoint(y, dy -> {
            Gradients.Target dx = gradients.target(x);
            program.add(new MaxPool.Gradient(x, y, dy, dx.buffer(), height, width, dx.accumulate()));
        });
        return y;
    }

    /** A[b, i, j] = α·ReLU(s[b, i] + t[b, j]): s [B, N, 1], t [B, M, 1]. */
    public Buffer pairSum(Buffer s, Buffer t, float alpha) {
        Buffer a = like(s, t.shape().rows(), "pairs");
        program.add(new PairSum(s, t, a, alpha));
        adjoint(a, da -> {
            Gradients.Target ds = gradients.target(s);
            Gradients.Target dt = gradients.target(t);
            program.add(new PairSum.Gradient(a, da, ds.buffer(), dt.buffer(), alpha, ds.accumulate(), dt.accumulate()));
        });
        return a;
    }

    /** Columns from..from+count of x [B, R, C]. */
    public Buffer slice(Buffer x, long from, long count) {
        Buffer y = like(x, count, "slice");
        program.add(new CopyColumns(x, from, y, 0, count, false));
        adjoint(y, dy -> {
            Gradients.Target dx = gradients.target(x);
            if (!dx.accumulate()) {
                program.add(new Zero(dx.buffer()));
            }
            program.add(new CopyColumns(dy, 0, dx.buffer(), from, count, true));
        });
        return y;
    }

    /** Σ_j softmax_j(σ·q_i·k_j)·v_j without storing the N×M weights: q [B, N, c], k [B, M, c], v [B, M, w]. */
    public Buffer streamingAttention(Buffer q, Buffer k, Buffer v, float scale) {
        Buffer y = like(q, v.shape().cols(), "attended");
        Buffer logSums = like(q, 1, "logSums");
        program.add(new StreamingAttention(q, k, v, y, logSums, scale));
        adjoint(y, dy -> {
            Buffer along = like(q, 1, "along");
            program.add(new StreamingAttention.RowDot(y, dy, along));
            Gradients.Target dq = gradients.target(q);
            Gradients.Target dk = gradients.target(k);
            Gradients.Target dv = gradients.target(v);
            program.add(new StreamingAttention.Gradient(
                    q,
                    k,
                    v,
                    dy,
                    logSums,
                    along,
                    dq.buffer(),
                    dk.buffer(),
                    dv.buffer(),
                    scale,
                    dq.accumulate(),
                    dk.accumulate(),
                    dv.accumulate()));
        });
        return y;
    }

    /** x [B, R, C] to [B, C, R]. */
    public Buffer transpose(Buffer x) {
        Shape s = x.shape();
        Buffer y = intermediate("transposed", new Shape(s.batch(), s.cols(), s.rows()));
        program.add(new Transpose(x, y, false));
        adjoint(y, dy -> {
            Gradients.Target dx = gradients.target(x);
            program.add(new Transpose(dy, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    /**
     * Records the adjoint of everything on the tape.
     *
     * @param y the result to start from
     * @param dy its upstream gradient, like y
     * @param wanted buffers whose gradients are outputs; 0 where y does not depend on one
     * @return the gradients, in the order of {@code wanted}
     */
    public List<Buffer> backward(Buffer y, Buffer dy, List<Buffer> wanted) {
        if (!differentiable) {
            throw new IllegalStateException("this tape was made for a forward pass only");
        }
        gradients.want(wanted);
        gradients.share(y, dy);
        while (!adjoints.isEmpty()) {
            adjoints.pop().run();
        }
        return gradients.outputs(wanted);
    }

    /** dB (+)= α·Aᵀ·C, summed over the batch too where B has none: the right operand's gradient. */
    private void productOverPositions(Buffer a, Buffer c, Buffer b, float alpha) {
        Gradients.Target db = gradients.target(b);
        MatMulLeftTransposed.record(program, a, c, db.buffer(), alpha, db.accumulate());
    }

    private Buffer columnDot(Buffer y, Buffer dy) {
        Buffer along = intermediate("along", perChannel(y));
        ColumnSum.record(program, y, dy, along, 1f, false);
        return along;
    }

    private void adjoint(Buffer y, Consumer<Buffer> rule) {
        adjoint(() -> {
            Buffer dy = gradients.of(y);
            if (dy != null) {
                rule.accept(dy);
            }
        });
    }

    private void adjoint(Runnable rule) {
        if (differentiable) {
            adjoints.push(rule);
        }
    }

    private static Shape perChannel(Buffer x) {
        return new Shape(x.shape().batch(), 1, x.shape().cols());
    }

    private Buffer like(Buffer x, String name) {
        return like(x, x.shape().cols(), name);
    }

    private Buffer like(Buffer x, long cols, String name) {
        return intermediate(name, new Shape(x.shape().batch(), x.shape().rows(), cols));
    }

    private Buffer intermediate(String name, Shape shape) {
        return program.buffer(name + "." + names++, shape, Role.INTERMEDIATE);
    }
}
