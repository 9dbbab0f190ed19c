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
 * y = x, or y += x.
 *
 * @param x any shape
 * @param y like x
 */
public record AddTo(Buffer x, Buffer y, boolean accumulate) implements Op {

    @Override
    public String name() {
        return "addTo";
    }

    @Override
    public List<Buffer> reads() {
        return Op.reading(accumulate, y, x);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(y);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return !accumulate;
    }

    @Override
    public long flops() {
        return accumulate ? x.elements() : 0;
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
                id, ElementKernels::addTo, at.of(x), at.of(y), size(x.elements()), flag(accumulate)));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        ElementVector.addTo(at.of(x), at.of(y), size(x.elements()), flag(accumulate), workers);
    }
}
