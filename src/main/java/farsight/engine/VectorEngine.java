package farsight.engine;

import farsight.program.MemoryPlan;
import farsight.vector.VectorSupport;
import farsight.vector.Workers;

/** The default: the Vector API on all cores. */
final class VectorEngine implements Engine {

    private final Workers workers;

    VectorEngine(Workers workers) {
        this.workers = workers;
    }

    @Override
    public String id() {
        return "vector";
    }

    @Override
    public String description() {
        return VectorSupport.description() + ", " + workers.threads()
                + (workers.threads() == 1 ? " thread" : " threads") + ", " + Processor.name();
    }

    @Override
    public Limits limits() {
        return HostSession.limits();
    }

    @Override
    public Session open(MemoryPlan plan) {
        return HostSession.open(plan, limits(), (op, at) -> op.vector(at, workers));
    }
}
