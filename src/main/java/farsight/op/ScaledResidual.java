package farsight.op;

import static farsight.op.Op.size;

import farsight.kernel.ElementKernels;
import farsight.program.Buffer;
import farsight.vector.ElementVector;
import farsight.vector.Workers;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y = x + γ·u.
 *
 * @param x any shape
 * @param u like x
 * @param gamma γ, [1, 1, 1]
 * @param y like x
 */
public record ScaledResidual(Buffer x, Buffer u, Buffer gamma, Buffer y) implements Op {

    @Override
    public String name() {
        return "scaledResidual";
    }

    @Override
    public List<Buffer> reads() {
        return List.of(x, u, gamma);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return !read.equals(gamma);
    }

    @Override
    public long flops() {
        return 2 * x.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
                id, ElementKernels::scaledResidual, at.of(x), at.of(u), at.of(gamma), at.of(y), size(x.elements())));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        ElementVector.scaledResidual(at.of(x), at.of(u), at.of(gamma), at.of(y), size(x.elements()), workers);
    }
}
