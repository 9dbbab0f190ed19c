package farsight.engine;

import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.op.Op;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Role;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;

/**
 * A program on a device: one task graph with every kernel of the program, so that intermediates stay
 * on the device between them. Inputs and parameters are sent with each run; outputs come back when
 * they are read.
 */
final class TornadoSession implements Session {

    private final HostArrays arrays;
    private final MemoryPlan plan;
    private final TornadoExecutionPlan execution;
    private @Nullable TornadoExecutionResult last;
    private long deviceBytes;

    /** @param groups limits of work-groups where kernels are to use them, otherwise empty */
    TornadoSession(MemoryPlan plan, TornadoDevice device, Optional<GroupLimits> groups) {
        this.plan = plan;
        this.arrays = new HostArrays(plan);
        List<Buffer> given = plan.program().buffers().stream()
                .filter(b ->
                        plan.program().role(b) == Role.INPUT || plan.program().role(b) == Role.PARAMETER)
                .toList();
        TaskGraph graph = new TaskGraph(plan.program().name());
        graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, objects(given));
        GridScheduler grids = new GridScheduler();
        int i = 0;
        for (Op op : HostSession.operations(plan)) {
            for (GridTask task : tasks(op, "t" + i++ + "_" + op.name(), groups)) {
                graph.addTask(task.task());
                String id = graph.getTaskGraphName() + "." + task.task().getId();
                task.grid().ifPresent(grid -> grids.addWorkerGrid(id, grid));
            }
        }
        graph.transferToHost(
                DataTransferMode.UNDER_DEMAND, objects(plan.program().buffers(Role.OUTPUT)));
        TornadoExecutionPlan placed =
                new TornadoExecutionPlan(graph.snapshot()).withDevice(device).withProfiler(ProfilerMode.SILENT);
        execution = grids.keySet().isEmpty() ? placed : placed.withGridScheduler(grids);
    }

    private List<GridTask> tasks(Op op, String id, Optional<GroupLimits> groups) {
        return groups.map(limits -> op.groupTasks(id, arrays, limits))
                .orElseGet(
                        () -> op.tasks(id, arrays).stream().map(GridTask::plain).toList());
    }

    private Object[] objects(List<Buffer> buffers) {
        return buffers.stream().map(arrays::of).distinct().toArray();
    }

    @Override
    public void write(Buffer b, MemorySegment values) {
        arrays.write(b, values);
    }

    @Override
    public void read(Buffer b, MemorySegment into) {
        if (last != null && plan.program().role(b) == Role.OUTPUT) {
            last.transferToHost(arrays.of(b));
        }
        arrays.read(b, into);
    }

    @Override
    public Timing run() {
        long start = System.nanoTime();
        last = execution.execute();
        long wall = System.nanoTime() - start;
        TornadoProfilerResult profile = last.getProfilerResult();
        deviceBytes = profile.getTotalDeviceMemoryUsage();
        return new Timing(wall, profile.getDeviceKernelTime(), profile.getCompileTime());
    }

    /** What the device reports in use once the program has run; what the host's arrays take before. */
    @Override
    public long bytes() {
        return last == null ? arrays.bytesWithHeaders() : deviceBytes;
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
