package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.ElementKernels;
import farsight.program.Buffer;
import farsight.vector.ElementVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y = max(x, 0).
 *
 * @param x any shape
 * @param y like x
 */
public record Relu(Buffer x, Buffer y) implements Op {

    @Override
    public String name() {
        return "relu";
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
        return x.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(id, ElementKernels::relu, at.of(x), at.of(y), size(x.elements())));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        ElementVector.relu(at.of(x), at.of(y), size(x.elements()), workers);
    }
}
