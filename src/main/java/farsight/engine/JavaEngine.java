package farsight.engine;

import farsight.op.Op;
import farsight.program.MemoryPlan;

/** The reference: runs the {@code @Parallel} kernels as plain Java loops, in one thread. */
final class JavaEngine implements Engine {

    @Override
    public String id() {
        return "java";
    }

    @Override
    public String description() {
        return "the plain loops as Java, one thread, Java " + Runtime.version().feature();
    }

    @Override
    public Limits limits() {
        return HostSession.limits();
    }

    @Override
    public Session open(MemoryPlan plan) {
        return HostSession.open(plan, limits(), Op::java);
    }
}
