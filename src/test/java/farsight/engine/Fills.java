package farsight.engine;

import farsight.op.element.Fill;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;

/** Trivial programs of any size. */
final class Fills {

    private Fills() {}

    /** So many outputs of that shape, each set to zero. */
    static MemoryPlan of(int outputs, Shape shape) {
        Program.Builder b = new Program.Builder("fill");
        for (int i = 0; i < outputs; i++) {
            b.add(new Fill(b.buffer("output" + i, shape, Role.OUTPUT), 0f));
        }
        return MemoryPlan.of(b.build());
    }
}
