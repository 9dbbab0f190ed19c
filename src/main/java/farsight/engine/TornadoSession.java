package farsight.engine;

import farsight.op.Gemm;
import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Role;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
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
    private final Set<FloatArray> written = identitySet();
    private final Set<FloatArray> fetched = identitySet();
    /** Of the last run; null before the first, and after one that failed. */
    private @Nullable TornadoExecutionResult last;

    private boolean failed;
    private long deviceBytes;
    private final long idleBytes;

    /**
     * Allocates the arrays on the host, and records the program as a task graph.
     *
     * @param limits what a work-group may take
     * @param library what computes products of matrices; null where kernels do
     * @throws RefusedException when the machine does not have the memory free now; nothing was allocated then
     */
    static TornadoSession open(
            MemoryPlan plan, TornadoDevice device, GroupLimits limits, @Nullable CublasTasks library) {
        HostArrays arrays = new HostArrays(plan, device.getDeviceType() == TornadoDeviceType.CPU);
        try {
            return new TornadoSession(plan, arrays, device, limits, library);
        } catch (RuntimeException | Error e) {
            arrays.close();
            throw e;
        }
    }

    private TornadoSession(
            MemoryPlan plan,
            HostArrays arrays,
            TornadoDevice device,
            GroupLimits limits,
            @Nullable CublasTasks library) {
        this.plan = plan;
        this.arrays = arrays;
        Set<FloatArray> given = given();
        TaskGraph graph = new TaskGraph(plan.program().name());
        graph.transferToDevice(DataTransferMode.FIRST_EXECUTION, given.toArray());
        // Under demand, which is never: allocated with the first run, kept, and not sent.
        graph.transferToDevice(
                DataTransferMode.UNDER_DEMAND,
                Arrays.stream(arrays.all()).filter(a -> !given.contains(a)).toArray());
        GridScheduler grids = new GridScheduler();
        Set<FloatArray> idle = identitySet();
        Collections.addAll(idle, arrays.all());
        for (DeviceCall call : DeviceCall.of(plan.program(), arrays, limits, library != null)) {
            switch (call) {
                case DeviceCall.Kernel(GridTask task) -> {
                    graph.addTask(task.task());
                    idle.removeAll(Arrays.asList(task.task().getTaskParameters()));
                    String id = graph.getTaskGraphName() + "." + task.task().getId();
                    task.grid().ifPresent(grid -> grids.addWorkerGrid(id, grid));
                }
                case DeviceCall.Product(String id, Gemm product) -> {
                    Objects.requireNonNull(library).add(graph, id, product, arrays);
                    Stream.of(product.left(), product.right(), product.result())
                            .forEach(m -> idle.remove(arrays.of(m.buffer())));
                }
            }
        }
        graph.transferToHost(
                DataTransferMode.UNDER_DEMAND,
                plan.program().buffers(Role.OUTPUT).stream()
                        .map(arrays::of)
                        .distinct()
                        .toArray());
        idleBytes = idle.stream()
                .mapToLong(FloatArray::getNumBytesOfSegmentWithHeader)
                .sum();
        ImmutableTaskGraph tasks = graph.snapshot();
        TornadoExecutionPlan made = new TornadoExecutionPlan(tasks);
        try {
            copies = new DeviceCopies(made, tasks, device);
            TornadoExecutionPlan placed = made.withDevice(device);
            execution = grids.keySet().isEmpty() ? placed : placed.withGridScheduler(grids);
        } catch (RuntimeException | Error e) {
            closeAfter(e, made);
            throw e;
        }
    }

    private static void closeAfter(Throwable failure, TornadoExecutionPlan made) {
        try {
            made.close();
        } catch (TornadoExecutionPlanException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private Set<FloatArray> given() {
        Set<FloatArray> given = identitySet();
        for (Buffer b : plan.program().buffers()) {
            Role role = plan.program().role(b);
            if (role == Role.INPUT || role == Role.PARAMETER) {
                given.add(arrays.of(b));
            }
        }
        return given;
    }

    private static Set<FloatArray> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    @Override
    public void write(Buffer b, MemorySegment values) {
        arrays.write(b, values);
        written.add(arrays.of(b));
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException when it is an output, and the last run failed
     */
    @Override
    public void read(Buffer b, MemorySegment into) {
        if (failed && plan.program().role(b) == Role.OUTPUT) {
            throw new IllegalStateException("the last run failed, and left nothing in " + b.name());
        }
        if (last != null && plan.program().role(b) == Role.OUTPUT && fetched.add(arrays.of(b))) {
            last.transferToHost(arrays.of(b));
        }
        arrays.read(b, into);
    }

    /** The first run is profiled, for what it compiled and allocated; later ones only when that is asked for. */
    @Override
    public Timing run() {
        return run(last == null);
    }

    @Override
    public Timing profile() {
        return run(true);
    }

    /** TornadoVM's profiler waits for each kernel before it launches the next. */
    private Timing run(boolean profiled) {
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
        return last == null ? arrays.bytesWithHeaders() : deviceBytes + idleBytes;
    }

    @Override
    public void close() {
        try {
            execution.freeDeviceMemory();
            execution.close();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException("TornadoVM did not release the device's memory: " + e.getMessage(), e);
        } finally {
            arrays.close();
        }
    }
}
