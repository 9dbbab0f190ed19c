package farsight.engine;

import farsight.op.Gemm;
import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Role;
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
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A program as TornadoVM has it: the arrays on the host, one task graph with every kernel, and, once it ran, the code of
 * the kernels, which goes with the execution plan. {@link ProgramPool} keeps some of them for the next session.
 */
final class DeviceProgram implements AutoCloseable {

    private final HostArrays arrays;
    private final TornadoExecutionPlan execution;
    private final DeviceCopies copies;
    private final long idleBytes;

    /**
     * Allocates the arrays on the host, and records the program as a task graph.
     *
     * @param limits what a work-group may take
     * @param library what computes products of matrices; null where kernels do
     * @throws RefusedException when the machine does not have the memory free now; nothing was allocated then
     */
    static DeviceProgram of(MemoryPlan plan, TornadoDevice device, GroupLimits limits, @Nullable CublasTasks library) {
        HostArrays arrays = new HostArrays(plan, device.getDeviceType() == TornadoDeviceType.CPU);
        try {
            return new DeviceProgram(plan, arrays, device, limits, library);
        } catch (RuntimeException | Error e) {
            arrays.close();
            throw e;
        }
    }

    private DeviceProgram(
            MemoryPlan plan,
            HostArrays arrays,
            TornadoDevice device,
            GroupLimits limits,
            @Nullable CublasTasks library) {
        this.arrays = arrays;
        Set<FloatArray> given = given(plan);
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

    private Set<FloatArray> given(MemoryPlan plan) {
        Set<FloatArray> given = identitySet();
        for (Buffer b : plan.program().buffers()) {
            Role role = plan.program().role(b);
            if (role == Role.INPUT || role == Role.PARAMETER) {
                given.add(arrays.of(b));
            }
        }
        return given;
    }

    /** Arrays by themselves, not by what they hold. */
    static Set<FloatArray> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    HostArrays arrays() {
        return arrays;
    }

    TornadoExecutionPlan execution() {
        return execution;
    }

    DeviceCopies copies() {
        return copies;
    }

    /** Of the arrays that no kernel takes, of which the device has no copy. */
    long idleBytes() {
        return idleBytes;
    }

    /** Gives the arrays' memory on the device back; the code stays. */
    void release() {
        for (FloatArray array : arrays.all()) {
            copies.release(array);
        }
        copies.forgetResults();
    }

    /** Makes the arrays those of a new session: zero, and unknown to the device. */
    void clear() {
        for (FloatArray array : arrays.all()) {
            array.getSegment().fill((byte) 0);
        }
    }

    /** Gives everything back. */
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
