package farsight.tape;

import farsight.op.Target;
import farsight.op.element.Activation;
import farsight.op.element.BroadcastOverPositions;
import farsight.op.element.ChannelAdd;
import farsight.op.element.ChannelMultiply;
import farsight.op.element.Dropout;
import farsight.op.element.PlusIdentity;
import farsight.op.element.Residual;
import farsight.op.element.RowDivide;
import farsight.op.element.ScaledResidual;
import farsight.op.product.MatMul;
import farsight.op.product.MatMulLeftTransposed;
import farsight.op.product.ProjectedResidual;
import farsight.op.sum.ColumnSum;
import farsight.op.sum.RunMeans;
import farsight.op.sum.Total;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;

/** Operations per element and per channel, with their adjoints. {@link Tape} documents each. */
record ElementAdjoints(Recording r) {

    Buffer activation(Activation.Function f, Buffer x) {
        Buffer y = r.like(x, f.kernelName());
        r.program().add(new Activation(f, x, y));
        if (f == Activation.Function.RELU) {
            r.repeatable(y, List.of(x), again -> new Activation(f, r.again(x), again));
        }
        r.adjoint(y, dy -> {
            Target dx = r.gradients().target(x);
            r.program()
                    .add(new Activation.Gradient(f, f.ofResult() ? r.latest(y) : x, dy, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    Buffer dropout(Buffer x, Buffer seed, float p, int stream) {
        if (p == 0) {
            return x;
        }
        Buffer y = r.like(x, "dropout");
        r.program().add(new Dropout(x, seed, y, p, stream, false));
        r.adjoint(x, y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new Dropout(dy, seed, dx.buffer(), p, stream, dx.accumulate()));
        });
        return y;
    }

    Buffer meanPositions(Buffer x) {
        Buffer y = r.intermediate("mean", Recording.perChannel(x));
        float scale = 1f / x.shape().rows();
        ColumnSum.record(r.program(), x, null, y, scale, false);
        r.adjoint(y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new BroadcastOverPositions(dy, dx.buffer(), scale, dx.accumulate()));
        });
        return y;
    }

    Buffer runMeans(Buffer x, long runs) {
        Buffer y = r.intermediate(
                "landmarks", new Shape(x.shape().batch(), runs, x.shape().cols()));
        r.program().add(new RunMeans(x, y));
        r.adjoint(y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new RunMeans.Gradient(dy, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    Buffer plusIdentity(Buffer x, float alpha, float beta) {
        Buffer y = r.like(x, "plusIdentity");
        r.program().add(new PlusIdentity(x, y, alpha, beta, false));
        r.adjoint(y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new PlusIdentity(dy, dx.buffer(), alpha, 0f, dx.accumulate()));
        });
        return y;
    }

    Buffer residual(Buffer x, Buffer u) {
        Buffer y = r.like(x, "residual");
        r.program().add(new Residual(x, u, y));
        r.repeatable(y, List.of(x, u), again -> new Residual(r.again(x), r.again(u), again));
        r.adjoint(y, dy -> {
            r.gradients().share(x, dy);
            r.gradients().share(u, dy);
        });
        return y;
    }

    Buffer scaledResidual(Buffer x, Buffer u, Buffer gamma) {
        Buffer y = r.like(x, "residual");
        r.program().add(new ScaledResidual(x, u, gamma, y));
        r.adjoint(y, dy -> {
            r.gradients().share(x, dy);
            recordGammaGradient(u, dy, gamma);
            Target du = r.gradients().target(u);
            r.program().add(new ScaledResidual.Gradient(gamma, dy, du.buffer(), du.accumulate()));
        });
        return y;
    }

    Buffer projectedResidual(Buffer x, Buffer v, Buffer w, Buffer gamma) {
        Buffer y = r.like(x, "residual");
        r.program()
                .add(new ProjectedResidual(new MatMul(v, w, y, true, 1f, false), new ScaledResidual(x, y, gamma, y)));
        r.adjoint(y, dy -> {
            r.gradients().share(x, dy);
            Buffer t = r.like(v, "d.scaled");
            r.program().add(new MatMul(dy, w, t, false, 1f, false));
            recordGammaGradient(v, t, gamma);
            Buffer raw = r.intermediate("d.weight", w.shape());
            MatMulLeftTransposed.record(r.program(), dy, v, raw, 1f, false);
            Target dw = r.gradients().target(w);
            r.program().add(new ScaledResidual.Gradient(gamma, raw, dw.buffer(), dw.accumulate()));
            Target dv = r.gradients().target(v);
            r.program().add(new ScaledResidual.Gradient(gamma, t, dv.buffer(), dv.accumulate()));
        });
        return y;
    }

    /** dγ = Σ u·du, over all positions and channels. */
    private void recordGammaGradient(Buffer u, Buffer du, Buffer gamma) {
        Buffer columns = r.intermediate("gammaColumns", Shape.vector(u.shape().cols()));
        ColumnSum.record(r.program(), u, du, columns, 1f, false);
        Target dGamma = r.gradients().target(gamma);
        r.program().add(new Total(columns, dGamma.buffer(), dGamma.accumulate()));
    }

    Buffer rowDivide(Buffer x, Buffer s) {
        r.withoutAdjoint();
        Buffer y = r.like(x, "divided");
        r.program().add(new RowDivide(x, s, y));
        return y;
    }

    Buffer channelMultiply(Buffer x, Buffer factor) {
        Buffer y = r.like(x, "channelMultiply");
        r.program().add(new ChannelMultiply(x, factor, y, false));
        // The adjoint keeps x.
        r.repeatable(y, List.of(), again -> new ChannelMultiply(x, factor, again, false));
        r.adjoint(y, dy -> {
            Target dFactor = r.gradients().target(factor);
            ColumnSum.record(r.program(), x, dy, dFactor.buffer(), 1f, dFactor.accumulate());
            Target dx = r.gradients().target(x);
            r.program().add(new ChannelMultiply(dy, factor, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    Buffer channelAdd(Buffer x, Buffer term) {
        Buffer y = r.like(x, "channelAdd");
        r.program().add(new ChannelAdd(x, term, y));
        // What computed the term from x keeps x.
        r.repeatable(y, List.of(), again -> new ChannelAdd(x, term, again));
        r.adjoint(y, dy -> {
            Target dTerm = r.gradients().target(term);
            ColumnSum.record(r.program(), dy, null, dTerm.buffer(), 1f, dTerm.accumulate());
            r.gradients().share(x, dy);
        });
        return y;
    }
}
