package farsight.tape;

import farsight.op.Target;
import farsight.op.norm.BatchNorm;
import farsight.op.norm.BatchSums;
import farsight.op.norm.L2Positions;
import farsight.op.norm.L2Rows;
import farsight.op.norm.LayerNorm;
import farsight.op.norm.SoftmaxPositions;
import farsight.op.norm.SoftmaxRows;
import farsight.op.norm.TransposeOverNorm;
import farsight.op.norm.UnitMeans;
import farsight.op.product.GemmL2;
import farsight.op.product.GemmL2Gradient;
import farsight.op.product.GemmSoftmaxGradient;
import farsight.op.product.MatMul;
import farsight.op.product.MatMulLeftTransposed;
import farsight.op.sum.ColumnSum;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Operations that normalise rows or positions, with their adjoints. {@link Tape} documents each. */
record NormAdjoints(Recording r) {

    Buffer softmaxRows(Buffer x, float scale) {
        Buffer y = r.like(x, "softmax");
        r.program().add(new SoftmaxRows(x, y, scale));
        r.adjoint(() -> {
            if (r.gradients().has(y)) {
                softmaxRowsGradient(y, scale, r.gradients().target(x));
            }
        });
        return y;
    }

    private void softmaxRowsGradient(Buffer y, float scale, Target dx) {
        GradientBuffers.Pending product = dx.accumulate() ? null : r.gradients().take(y, GradientBuffers.Along.ROWS);
        if (product != null) {
            Buffer delta = r.like(y, 1, "delta");
            r.program().add(product.sums(delta));
            r.program().add(new GemmSoftmaxGradient(product.a(), product.b(), y, delta, dx.buffer(), scale));
        } else {
            Buffer dy = Objects.requireNonNull(r.gradients().of(y));
            r.program().add(new SoftmaxRows.Gradient(y, dy, dx.buffer(), scale, dx.accumulate()));
        }
    }

    Buffer softmaxPositions(Buffer x) {
        Buffer y = r.like(x, "softmax");
        SoftmaxPositions.record(r.program(), x, y);
        r.adjoint(y, dy -> {
            Buffer delta = r.columnDot(y, dy);
            Target dx = r.gradients().target(x);
            r.program().add(new SoftmaxPositions.Gradient(y, dy, delta, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    Buffer l2Rows(Buffer x, boolean relu) {
        Buffer y = r.like(x, "unit");
        Buffer norms = r.like(x, 1, "norms");
        r.program().add(new L2Rows(x, y, norms, relu));
        r.adjoint(() -> unitRowsGradient(y, norms, relu, () -> r.gradients().target(x)));
        return y;
    }

    Buffer projectToUnitRows(Buffer x, Buffer w, boolean relu) {
        Buffer y = r.like(x, w.shape().rows(), "unit");
        Buffer norms = r.like(x, 1, "norms");
        r.program().add(new GemmL2(new MatMul(x, w, y, true, 1f, false), new L2Rows(y, y, norms, relu)));
        r.adjoint(() -> {
            Buffer projected =
                    unitRowsGradient(y, norms, relu, () -> new Target(r.intermediate("d.projected", y.shape()), false));
            if (projected != null) {
                Target dx = r.gradients().target(x);
                r.program().add(new MatMul(projected, w, dx.buffer(), false, 1f, dx.accumulate()));
                r.productOverPositions(projected, x, w, 1f);
            }
        });
        return y;
    }

    /** Records and returns the gradient of the norm's operand; null if nothing depends on y. */
    private @Nullable Buffer unitRowsGradient(Buffer y, Buffer norms, boolean relu, Supplier<Target> target) {
        if (!r.gradients().has(y)) {
            return null;
        }
        Target dx = target.get();
        GradientBuffers.Pending product = dx.accumulate() ? null : r.gradients().take(y, GradientBuffers.Along.ROWS);
        if (product != null) {
            Buffer delta = r.like(y, 1, "delta");
            productGradient(product, y, norms, delta, dx, relu, GemmL2Gradient.Norm.ROWS);
        } else {
            Buffer dy = Objects.requireNonNull(r.gradients().of(y));
            r.program().add(new L2Rows.Gradient(y, dy, norms, dx.buffer(), relu, dx.accumulate()));
        }
        return dx.buffer();
    }

    Buffer l2Positions(Buffer x, boolean relu) {
        Buffer y = r.like(x, "unit");
        Buffer norms = r.intermediate("norms", Recording.perChannel(x));
        L2Positions.record(r.program(), x, y, norms, relu);
        r.adjoint(() -> {
            if (r.gradients().has(y)) {
                unitPositionsGradient(y, norms, relu, r.gradients().target(x));
            }
        });
        return y;
    }

    private void unitPositionsGradient(Buffer y, Buffer norms, boolean relu, Target dx) {
        GradientBuffers.Pending product = dx.accumulate() ? null : r.gradients().take(y, GradientBuffers.Along.COLUMNS);
        if (product != null) {
            Buffer delta = r.intermediate("delta", Recording.perChannel(y));
            productGradient(product, y, norms, delta, dx, relu, GemmL2Gradient.Norm.POSITIONS);
        } else {
            Buffer dy = Objects.requireNonNull(r.gradients().of(y));
            Buffer delta = r.columnDot(y, dy);
            r.program().add(new L2Positions.Gradient(y, dy, norms, delta, dx.buffer(), relu, dx.accumulate()));
        }
    }

    /**
     * Records the gradient of the norm's operand, fused with the product that is the gradient of y, and the sums it
     * needs.
     */
    private void productGradient(
            GradientBuffers.Pending product,
            Buffer y,
            Buffer norms,
            Buffer delta,
            Target dx,
            boolean relu,
            GemmL2Gradient.Norm norm) {
        r.program().add(product.sums(delta));
        r.program().add(new GemmL2Gradient(product.a(), product.b(), y, norms, delta, dx.buffer(), relu, norm));
    }

    Buffer transposeOverNorm(Buffer a) {
        Buffer sums = r.intermediate("columnSums", Recording.perChannel(a));
        ColumnSum.record(r.program(), a, null, sums, 1f, false);
        Buffer z = r.like(a, "transposed");
        r.program().add(new TransposeOverNorm(a, sums, z));
        r.adjoint(z, dz -> {
            Buffer dots = r.rowDot(z, dz);
            Target da = r.gradients().target(a);
            r.program().add(new TransposeOverNorm.Gradient(sums, dots, dz, da.buffer(), da.accumulate()));
        });
        return z;
    }

    Means unitMeans(Buffer x, Buffer weights) {
        Buffer sums = r.intermediate("weightSums", Recording.perChannel(weights));
        ColumnSum.record(r.program(), weights, null, sums, 1f, false);
        Shape s = new Shape(x.shape().batch(), x.shape().cols(), weights.shape().cols());
        Buffer weighted = r.intermediate("weighted", s);
        MatMulLeftTransposed.record(r.program(), x, weights, weighted, 1f, false);
        Buffer y = r.intermediate("means", s);
        Buffer factors = r.intermediate("factors", sums.shape());
        r.program().add(new UnitMeans(weighted, sums, y, factors));
        r.adjoint(y, dy -> {
            throw new IllegalStateException("unitMeans has no adjoint; record it in Tape.detached");
        });
        return new Means(y, factors);
    }

    Buffer layerNorm(Buffer x, Buffer gamma, Buffer beta) {
        Buffer y = r.like(x, "layerNorm");
        Buffer moments = r.like(x, 2, "moments");
        r.program().add(new LayerNorm(x, gamma, beta, y, moments));
        r.adjoint(y, dy -> {
            Target dx = r.gradients().target(x);
            Target dGamma = r.gradients().target(gamma);
            Target dBeta = r.gradients().target(beta);
            r.program()
                    .add(new LayerNorm.Gradient(
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

    BatchNormed batchNorm(Buffer x, Buffer gamma, Buffer beta, float epsilon, boolean relu) {
        Shape perChannel = Shape.vector(x.shape().cols());
        Buffer mean = r.intermediate("mean", perChannel);
        Buffer variance = r.intermediate("variance", perChannel);
        ColumnSum.record(
                r.program(),
                x,
                null,
                mean,
                (float) (1.0 / (x.shape().batch() * x.shape().rows())),
                false);
        BatchSums.Variance.record(r.program(), x, mean, variance);
        Buffer y = r.like(x, "batchNorm");
        BatchNorm forward = new BatchNorm(x, mean, variance, gamma, beta, y, epsilon, relu);
        r.program().add(forward);
        r.repeatable(y, List.of(), again -> new BatchNorm(x, mean, variance, gamma, beta, again, epsilon, relu));
        r.adjoint(y, dy -> {
            // Each parameter is used once per block.
            Target dBeta = r.gradients().first(beta);
            Target dGamma = r.gradients().first(gamma);
            BatchSums.Gradients.record(r.program(), forward, dy, dBeta.buffer(), dGamma.buffer());
            if (!r.gradients().detached(x)) {
                Target dx = r.gradients().target(x);
                r.program()
                        .add(new BatchNorm.Gradient(
                                x,
                                mean,
                                variance,
                                gamma,
                                beta,
                                dy,
                                dBeta.buffer(),
                                dGamma.buffer(),
                                dx.buffer(),
                                epsilon,
                                relu,
                                dx.accumulate()));
            }
        });
        return new BatchNormed(y, mean, variance);
    }

    Buffer frozenNorm(Buffer x, Buffer mean, Buffer variance, Buffer gamma, Buffer beta, float epsilon) {
        Buffer y = r.like(x, "frozenNorm");
        r.program().add(new BatchNorm(x, mean, variance, gamma, beta, y, epsilon, false));
        r.adjoint(x, y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new BatchNorm.FrozenGradient(variance, gamma, dy, dx.buffer(), epsilon, dx.accumulate()));
        });
        return y;
    }
}
