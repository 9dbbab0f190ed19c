package farsight.engine;

import farsight.op.Op;
import farsight.op.Storage;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Step;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** A session in this machine's memory, which runs its steps one after the other. */
final class HostSession implements Session {

    /** How an engine runs one operation. */
    interface Runner {
        void run(Op op, Storage at);
    }

    private final HostArrays arrays;
    private final List<Op> ops;
    private final Runner runner;
    private boolean closed;

    private HostSession(HostArrays arrays, List<Op> ops, Runner runner) {
        this.arrays = arrays;
        this.ops = ops;
        this.runner = runner;
    }

    static Session open(MemoryPlan plan, Limits limits, Runner runner) {
        Optional<String> refusal = limits.refusal(plan, Long.MAX_VALUE);
        if (refusal.isPresent()) {
            throw new RefusedException(refusal.get());
        }
        return new HostSession(new HostArrays(plan, false), operations(plan), runner);
    }

    /** What the JVM's engines can hold. */
    static Limits limits() {
        MemoryLimit memory = MemoryLimit.ofMachine().or(MemoryLimit.outsideHeap());
        return new Limits(memory.bytes(), memory.name(), HostArrays.mostArrayBytes(), HostArrays.ARRAY_LIMIT, 0);
    }

    /** A plan's steps as operations: the only kind there is. */
    static List<Op> operations(MemoryPlan plan) {
        return plan.program().steps().stream().map(HostSession::operation).toList();
    }

    static Op operation(Step step) {
        if (step instanceof Op op) {
            return op;
        }
        throw new IllegalArgumentException("step " + step.name() + " is not an operation that an engine can run");
    }

    @Override
    public void write(Buffer b, MemorySegment values) {
        mustBeOpen();
        arrays.write(b, values);
    }

    @Override
    public void read(Buffer b, MemorySegment into) {
        mustBeOpen();
        arrays.read(b, into);
    }

    @Override
    public Timing run() {
        mustBeOpen();
        long start = System.nanoTime();
        for (Op op : ops) {
            runner.run(op, arrays);
        }
        return Timing.unprofiled(System.nanoTime() - start);
    }

    @Override
    public long bytes() {
        return arrays.bytes();
    }

    private void mustBeOpen() {
        if (closed) {
            throw new IllegalStateException("this session is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
        arrays.close();
    }
}
