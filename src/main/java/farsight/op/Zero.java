package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.ElementKernels;
import farsight.program.Buffer;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y = 0: the gradient of what the output does not depend on.
 *
 * @param y any shape
 */
public record Zero(Buffer y) implements Op {

    @Override
    public String name() {
        return "zero";
    }

    @Override
    public List<Buffer> reads() {
        return List.of();
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public long flops() {
        return 0;
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(id, ElementKernels::fill, at.of(y), size(y.elements()), 0f));
    }
}
