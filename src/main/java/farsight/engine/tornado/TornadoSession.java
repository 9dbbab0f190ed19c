package farsight.engine.tornado;

import farsight.engine.HostArrays;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A program on a device: its task graphs, one after the other. All arrays stay on the device from the first run on.
 * Inputs and parameters are sent with the first run, and again with the first run after a write. Outputs are copied
 * back when they are read, once per run.
 */
final class TornadoSession implements Session {

    private final HostArrays arrays;
    private final MemoryPlan plan;
    private final TornadoExecutionPlan execution;
    private final DeviceCopies copies;
    private final DeviceProgram program;
    private final Consumer<DeviceProgram> keep;
    private final Set<FloatArray> written = DeviceProgram.identitySet();
    private final Set<FloatArray> fetched = DeviceProgram.identitySet();
    /** Result of the last run; null before the first and after one that failed. */
    private @Nullable TornadoExecutionResult last;

    /** Whether every graph has run, and so every array is on the device. */
    private boolean complete;

    private boolean failed;
    private boolean closed;

    /**
     * @param plan equal to the program's
     * @param program the program to run; the session's own until it is closed
     * @param keep receives the program on close if its last run succeeded, so that another session may reuse it
     */
    TornadoSession(MemoryPlan plan, DeviceProgram program, Consumer<DeviceProgram> keep) {
        this.plan = plan;
        this.program = program;
        this.keep = keep;
        arrays = program.arrays();
        execution = program.execution();
        copies = program.copies();
    }

    @Override
    public void fill(Buffer b, Consumer<MemorySegment> writer) {
        written.add(arrays.of(b));
        writer.accept(arrays.floats(b));
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException when the buffer is an output or a state and the last run failed
     */
    @Override
    public void drain(Buffer b, Consumer<MemorySegment> reader) {
        boolean onDevice = plan.program().role(b).read() && !written.contains(arrays.of(b));
        if (failed && onDevice) {
            throw new IllegalStateException("the last run failed, and left nothing in " + b.name());
        }
        if (last != null && onDevice && fetched.add(arrays.of(b))) {
            program.fetch(arrays.of(b), last);
        }
        reader.accept(arrays.floats(b));
    }

    /** Profiles the first run, for its compile time and copies; later runs only on request. */
    @Override
    public Timing run() {
        return run(0, Integer.MAX_VALUE, !complete);
    }

    @Override
    public Timing run(int part) {
        List<Integer> ends = plan.program().ends();
        return run(part == 0 ? 0 : ends.get(part - 1), ends.get(part), !complete);
    }

    @Override
    public Timing profile() {
        return run(0, Integer.MAX_VALUE, true);
    }

    /**
     * Runs the graphs of a range of steps. TornadoVM's profiler waits for each kernel before it launches the next.
     *
     * @param from the first step
     * @param to one past the last step
     */
    private Timing run(int from, int to, boolean profiled) {
        mustBeOpen();
        if (profiled) {
            execution.withProfiler(ProfilerMode.SILENT);
        } else {
            execution.withoutProfiler();
        }
        long start = System.nanoTime();
        written.forEach(copies::changed);
        copies.forgetResults();
        fetched.clear();
        last = null;
        failed = true;
        TornadoExecutionResult result = null;
        Timing spent = new Timing(0, 0, 0, 0, 0);
        for (int i = 0; i < program.graphs().size(); i++) {
            DeviceGraph graph = program.graphs().get(i);
            if (graph.firstStep() >= from && graph.lastStep() < to) {
                result = program.run(i);
                if (profiled) {
                    spent = with(spent, result.getProfilerResult());
                }
                complete |= i == program.graphs().size() - 1;
            }
        }
        long wall = System.nanoTime() - start;
        last = result;
        failed = false;
        // An array that no graph of this part uses stays marked, and is sent with the part that uses it.
        written.clear();
        return profiled
                ? new Timing(wall, spent.kernels(), spent.copies(), spent.copiedBytes(), spent.compile())
                : Timing.unprofiled(wall);
    }

    /** The sum with one more graph's times. */
    private static Timing with(Timing sum, TornadoProfilerResult graph) {
        return new Timing(
                0,
                sum.kernels() + graph.getDeviceKernelTime(),
                sum.copies() + graph.getDeviceWriteTime(),
                sum.copiedBytes() + graph.getTotalBytesCopyIn(),
                sum.compile() + graph.getCompileTime());
    }

    /**
     * After a full run: the buffers on the device and the arrays that no kernel uses, which the device does not hold.
     * Before: the host's arrays.
     */
    @Override
    public long bytes() {
        return !complete ? arrays.bytesWithHeaders() : copies.bytes() + program.idleBytes();
    }

    /** After close another session may own the program. */
    private void mustBeOpen() {
        if (closed) {
            throw new IllegalStateException("this session is closed");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (last == null) {
            program.close();
        } else {
            keep.accept(program);
        }
    }
}
