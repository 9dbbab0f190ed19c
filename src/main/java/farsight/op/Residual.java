package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.ElementKernels;
import farsight.program.Buffer;
import farsight.vector.ElementVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y = x + u.
 *
 * @param x any shape
 * @param u like x
 * @param y like x
 */
public record Residual(Buffer x, Buffer u, Buffer y) implements Op {

    @Override
    public String name() {
        return "residual";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x, u);
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
        return x.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
                id, ElementKernels::residual, at.of(x), at.of(u), at.of(y), size(x.elements())));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        ElementVector.residual(at.of(x), at.of(u), at.of(y), size(x.elements()), workers);
    }
}
