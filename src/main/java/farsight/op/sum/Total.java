package farsight.op.sum;

import farsight.op.Call;
import farsight.op.Op;
import farsight.program.Buffer;
import java.util.List;

/**
 * y = Σ x over a few numbers (one per channel), or y += that.
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
    public List<Call> calls() {
        return List.of(ChunkSum.of(x, y, 1f, accumulate).named(""));
    }

    @Override
    public long flops() {
        return x.elements();
    }
}
