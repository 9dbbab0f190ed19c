package farsight.tape;

import farsight.op.Target;
import farsight.op.product.MatMul;
import farsight.op.product.MatMulLeftTransposed;
import farsight.op.product.Project;
import farsight.program.Buffer;
import farsight.program.Shape;
import org.jspecify.annotations.Nullable;

/** Matrix products, with their adjoints. {@link Tape} documents each. */
record ProductAdjoints(Recording r) {

    Buffer project(Buffer x, Buffer w, @Nullable Buffer bias) {
        return project(x, w, bias, bias != null);
    }

    Buffer projectBeforeSoftmax(Buffer x, Buffer w, Buffer bias) {
        return project(x, w, bias, false);
    }

    private Buffer project(Buffer x, Buffer w, @Nullable Buffer bias, boolean biasMatters) {
        if (bias == null) {
            return matMulRightTransposed(x, w, 1f, "project");
        }
        Buffer y = r.like(x, w.shape().rows(), "project");
        r.program().add(new Project(x, w, bias, y));
        r.adjoint(y, dy -> {
            r.projected(dy, x, w, biasMatters ? bias : null);
            if (!biasMatters) {
                r.vanishes(bias);
            }
        });
        return y;
    }

    Buffer matMul(Buffer a, Buffer b) {
        Buffer c = r.like(a, b.shape().cols(), "product");
        r.program().add(new MatMul(a, b, c, false, 1f, false));
        r.adjoint(c, dc -> {
            r.productOverPositions(a, dc, b, 1f);
            r.gradients().product(a, new GradientBuffers.Pending(dc, b, c, GradientBuffers.Along.ROWS));
        });
        return c;
    }

    Buffer matMulRightTransposed(Buffer a, Buffer b, float alpha) {
        return matMulRightTransposed(a, b, alpha, "affinity");
    }

    private Buffer matMulRightTransposed(Buffer a, Buffer b, float alpha, String name) {
        Buffer c = r.like(a, b.shape().rows(), name);
        r.program().add(new MatMul(a, b, c, true, alpha, false));
        r.adjoint(c, dc -> {
            if (!r.gradients().detached(a)) {
                Target da = r.gradients().target(a);
                r.program().add(new MatMul(dc, b, da.buffer(), false, alpha, da.accumulate()));
            }
            r.productOverPositions(dc, a, b, alpha);
        });
        return c;
    }

    Buffer matMulLeftTransposed(Buffer a, Buffer b) {
        Shape shape = new Shape(a.shape().batch(), a.shape().cols(), b.shape().cols());
        Buffer c = r.intermediate("gathered", shape);
        MatMulLeftTransposed.record(r.program(), a, b, c, 1f, false);
        r.adjoint(c, dc -> {
            Target db = r.gradients().target(b);
            r.program().add(new MatMul(a, dc, db.buffer(), false, 1f, db.accumulate()));
            r.gradients().product(a, new GradientBuffers.Pending(b, dc, c, GradientBuffers.Along.COLUMNS));
        });
        return c;
    }
}
