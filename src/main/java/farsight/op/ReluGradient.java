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
 * dx = dy where y &gt; 0, else 0; or dx += that.
 *
 * @param y what ReLU gave
 * @param dy like y
 * @param dx like y
 */
public record ReluGradient(Buffer y, Buffer dy, Buffer dx, boolean accumulate) implements Op {

    @Override
    public String name() {
        return "reluGradient";
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
        return y.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
                id,
                ElementKernels::reluGradient,
                at.of(y),
                at.of(dy),
                at.of(dx),
                size(y.elements()),
                flag(accumulate)));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        ElementVector.reluGradient(at.of(y), at.of(dy), at.of(dx), size(y.elements()), flag(accumulate), workers);
    }
}
