package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.ActivationKernels;
import farsight.program.Buffer;
import farsight.vector.ActivationVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * dx = dy·σ(x)·(1 + x·(1 − σ(x))) with σ(x) = 1 / (1 + exp(−x)), or dx += that.
 *
 * @param x what SiLU was given
 * @param dy like x
 * @param dx like x
 */
public record SiluGradient(Buffer x, Buffer dy, Buffer dx, boolean accumulate) implements Op {

    @Override
    public String name() {
        return "siluGradient";
    }

    @Override
    public List<Buffer> reads() {
        return Op.reading(accumulate, dx, x, dy);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(dx);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return true;
    }

    @Override
    public long flops() {
        return 9 * x.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
                id,
                ActivationKernels::siluGradient,
                at.of(x),
                at.of(dy),
                at.of(dx),
                size(x.elements()),
                flag(accumulate)));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        ActivationVector.siluGradient(at.of(x), at.of(dy), at.of(dx), size(x.elements()), flag(accumulate), workers);
    }
}
