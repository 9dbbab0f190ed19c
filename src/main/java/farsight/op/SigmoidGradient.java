package farsight.op;

import static farsight.op.Op.flag;
import static farsight.op.Op.size;

import farsight.kernel.ElementKernels;
import farsight.program.Buffer;
import farsight.vector.ElementVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * dx = dy·y·(1 − y), or dx += that.
 *
 * @param y what the sigmoid gave
 * @param dy like y
 * @param dx like y
 */
public record SigmoidGradient(Buffer y, Buffer dy, Buffer dx, boolean accumulate) implements Op {

    @Override
    public String name() {
        return "sigmoidGradient";
    }

    @Override
    public List<Buffer> reads() {
        return Op.reading(accumulate, dx, y, dy);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(dx);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return read.equals(dy);
    }

    @Override
    public long flops() {
        return 3 * y.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
                id,
                ElementKernels::sigmoidGradient,
                at.of(y),
                at.of(dy),
                at.of(dx),
                size(y.elements()),
                flag(accumulate)));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        ElementVector.sigmoidGradient(at.of(y), at.of(dy), at.of(dx), size(y.elements()), flag(accumulate), workers);
    }
}
