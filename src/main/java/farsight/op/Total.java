package farsight.op;

import farsight.program.Buffer;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * y = Σ x over a few numbers (one a channel), or y += that.
 *
 * @param x a vector
 * @param y [1, 1, 1]
 */
public record Total(Buffer x, Buffer y, boolean accumulate) implements Op {

    @Override
    public String name() {
        return "total";
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
    public long flops() {
        return x.elements();
    }

    @Override
    public List<TaskPackage> tasks(String id, Storage at) {
        return List.of(sum().task(id, at));
    }

    @Override
    public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
        return List.of(sum().groupTask(id, at, limits));
    }

    private ChunkSum sum() {
        return new ChunkSum(x, y, 1f, accumulate);
    }
}
