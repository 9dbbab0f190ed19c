package farsight.engine;

import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Role;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A program on a device: one task graph with every kernel of the program. All arrays stay on the device from the
 * first run on. Inputs and parameters are sent with the first run, and after that with the first run after they were
 * written; outputs come back when they are read, once a run.
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
    /** Of the last run; null before the first, and after one that failed. */
    private @Nullable TornadoExecutionResult last;

    private boolean failed;
    private boolean closed;
    private long deviceBytes;

    /**
     * @param plan equal to that of the program
     * @param program what runs; the session's own until it is closed
     * @param keep takes the program at the end, if its last run succeeded: another session may go on with it
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
     * @throws IllegalStateException when it is an output, and the last run failed
     */
    @Override
    public void drain(Buffer b, Consumer<MemorySegment> reader) {
        if (failed && plan.program().role(b) == Role.OUTPUT) {
            throw new IllegalStateException("the last run failed, and left nothing in " + b.name());
        }
        if (last != null && plan.program().role(b) == Role.OUTPUT && fetched.add(arrays.of(b))) {
            last.transferToHost(arrays.of(b));
        }
        reader.accept(arrays.floats(b));
    }

    /** The first run is profiled, for what it compiled and allocated; later ones only when that is asked for. */
    @Override
    public Timing run() {
        return run(last == null);
    }

    @Override
    public Timing run(int part) {
        return run(last == null);
    }

    @Override
    public Timing profile() {
        return run(true);
    }

    /** TornadoVM's profiler waits for each kernel before it launches the next. */
    private Timing run(boolean profiled) {
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
        TornadoExecutionResult result = execution.execute();
        long wall = System.nanoTime() - start;
        last = result;
        failed = false;
        written.clear();
        if (!profiled) {
            return Timing.unprofiled(wall);
        }
        TornadoProfilerResult profile = result.getProfilerResult();
        deviceBytes = profile.getTotalDeviceMemoryUsage();
        return new Timing(
                wall,
                profile.getDeviceKernelTime(),
                profile.getDeviceWriteTime(),
                profile.getTotalBytesCopyIn(),
                profile.getCompileTime());
    }

    /**
     * What the device reports in use once the program has run, and the arrays that no kernel takes, of which it has no
     * copy; what the host's arrays take before.
     */
    @Override
    public long bytes() {
        return last == null ? arrays.bytesWithHeaders() : deviceBytes + program.idleBytes();
    }

    /** After that the program may be another session's. */
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
