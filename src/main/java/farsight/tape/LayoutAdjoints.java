package farsight.tape;

import farsight.op.Target;
import farsight.op.element.Copy;
import farsight.op.element.Fill;
import farsight.op.layout.CopyColumns;
import farsight.op.layout.Transpose;
import farsight.program.Buffer;
import farsight.program.Shape;
import java.util.List;

/** Operations that move elements, with their adjoints. {@link Tape} documents each. */
record LayoutAdjoints(Recording r) {

    Buffer concatenate(List<Buffer> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        Buffer y = r.beside(parts, "concatenated");
        r.adjoint(y, dy -> {
            long at = 0;
            for (Buffer part : parts) {
                Target d = r.gradients().target(part);
                r.program()
                        .add(new CopyColumns(dy, at, d.buffer(), 0, part.shape().cols(), d.accumulate()));
                at += part.shape().cols();
            }
        });
        return y;
    }

    Buffer slice(Buffer x, long from, long count) {
        Buffer y = r.like(x, count, "slice");
        r.program().add(new CopyColumns(x, from, y, 0, count, false));
        r.adjoint(y, dy -> {
            Target dx = r.gradients().target(x);
            if (!dx.accumulate()) {
                r.program().add(new Fill(dx.buffer(), 0f));
            }
            r.program().add(new CopyColumns(dy, 0, dx.buffer(), from, count, true));
        });
        return y;
    }

    Buffer reshaped(Buffer x, Shape shape) {
        if (x.elements() != shape.elements()) {
            throw new IllegalArgumentException(x.shape() + " does not have the elements of " + shape);
        }
        if (x.shape().equals(shape)) {
            return x;
        }
        Buffer y = r.intermediate("reshaped", shape);
        r.program().add(new Copy(x, y, false));
        r.adjoint(x, y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new Copy(dy, dx.buffer(), dx.accumulate()));
        });
        return y;
    }

    Buffer transpose(Buffer x) {
        Shape s = x.shape();
        Buffer y = r.intermediate("transposed", new Shape(s.batch(), s.cols(), s.rows()));
        r.program().add(new Transpose(x, y, false));
        r.adjoint(y, dy -> {
            Target dx = r.gradients().target(x);
            r.program().add(new Transpose(dy, dx.buffer(), dx.accumulate()));
        });
        return y;
    }
}
