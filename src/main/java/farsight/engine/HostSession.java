package farsight.engine;

import farsight.op.Op;
import farsight.op.Storage;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Step;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A session in this machine's memory, which runs its steps one after the other. */
public final class HostSession implements Session {

    /** How an engine runs one operation. */
    interface Runner {
        /** The operation, bound to its arrays. */
        Runnable of(Op op, Storage at);
    }

    private final MemoryPlan plan;
    private final HostArrays arrays;
    private List<Runnable> steps;

    private HostSession(MemoryPlan plan, HostArrays arrays, List<Op> ops, Runner runner) {
        this.plan = plan;
        this.arrays = arrays;
        this.steps = ops.stream().map(op -> runner.of(op, arrays)).toList();
    }

    static Session open(MemoryPlan plan, Limits limits, Runner runner) {
        Optional<String> refusal = limits.refusal(plan, Long.MAX_VALUE);
        if (refusal.isPresent()) {
            throw new RefusedException(refusal.get());
        }
        return new GuardedSession(plan, new HostSession(plan, new HostArrays(plan, false), operations(plan), runner));
    }

    /** The limits of the JVM's engines. */
    static Limits limits() {
        MemoryLimit memory = MemoryLimit.ofMachine().or(MemoryLimit.outsideHeap());
        return new Limits(memory.bytes(), memory.name(), HostArrays.mostArrayBytes(), HostArrays.ARRAY_LIMIT, 0);
    }

    /** A plan's steps as operations, the only kind of step. */
    static List<Op> operations(MemoryPlan plan) {
        return plan.program().steps().stream().map(HostSession::operation).toList();
    }

    /**
     * A step as an operation.
     *
     * @throws IllegalArgumentException when it is another kind of step
     */
    public static Op operation(Step step) {
        if (step instanceof Op op) {
            return op;
        }
        throw new IllegalArgumentException("step " + step.name() + " is not an operation that an engine can run");
    }

    @Override
    public void fill(Buffer b, Consumer<MemorySegment> writer) {
        writer.accept(arrays.floats(b));
    }

    @Override
    public void drain(Buffer b, Consumer<MemorySegment> reader) {
        reader.accept(arrays.floats(b));
    }

    @Override
    public Timing run() {
        return run(0, steps.size());
    }

    @Override
    public Timing run(int part) {
        List<Integer> ends = plan.program().ends();
        return run(part == 0 ? 0 : ends.get(part - 1), ends.get(part));
    }

    private Timing run(int from, int to) {
        long start = System.nanoTime();
        steps.subList(from, to).forEach(Runnable::run);
        return Timing.unprofiled(System.nanoTime() - start);
    }

    @Override
    public long bytes() {
        return arrays.bytes();
    }

    @Override
    public void close() {
        // The steps hold the arrays, which would otherwise live as long as a reference to this session.
        steps = List.of();
        arrays.close();
    }
}
