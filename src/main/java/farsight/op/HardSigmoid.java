package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.ActivationKernels;
import farsight.program.Buffer;
import farsight.vector.ActivationVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y = x/6 + 1/2, at least 0 and at most 1.
 *
 * @param x any shape
 * @param y like x
 */
public record HardSigmoid(Buffer x, Buffer y) implements Op {

    @Override
    public String name() {
        return "hardSigmoid";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return true;
    }

    @Override
    public long flops() {
        return 4 * x.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(
                TaskPackage.createPackage(id, ActivationKernels::hardSigmoid, at.of(x), at.of(y), size(x.elements())));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        ActivationVector.hardSigmoid(at.of(x), at.of(y), size(x.elements()), workers);
    }
}
