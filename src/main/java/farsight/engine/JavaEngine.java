package farsight.engine;

import farsight.op.Op;
import farsight.program.MemoryPlan;

/** The reference: the {@code @Parallel} kernels as the plain Java loops they are, in one thread. */
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
