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
 * du = γ·dy, or du += that.
 *
 * @param gamma γ, [1, 1, 1]
 * @param dy any shape
 * @param du like dy
 */
public record ScaledCopy(Buffer gamma, Buffer dy, Buffer du, boolean accumulate) implements Op {

    @Override
    public String name() {
        return "scaledCopy";
    }

    @Override
    public List<Buffer> reads() {
        return Op.reading(accumulate, du, gamma, dy);
    }

    @Override
    public List<Buffer> writes() {
        return List.of(du);
    }

    @Override
    public boolean mayOverwrite(Buffer read, Buffer written) {
        return read.equals(dy);
    }

    @Override
    public long flops() {
        return 2 * dy.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(TaskPackage.createPackage(
                id,
                ElementKernels::scaledCopy,
                at.of(gamma),
                at.of(dy),
                at.of(du),
                size(dy.elements()),
                flag(accumulate)));
    }

    @Override
    public void vector(Storage at, Workers workers) {
        ElementVector.scaledCopy(at.of(gamma), at.of(dy), at.of(du), size(dy.elements()), flag(accumulate), workers);
    }
}
