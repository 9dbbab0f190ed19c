package farsight.engine.tornado;

import farsight.engine.HostArrays;
import farsight.engine.RefusedException;
import farsight.op.GroupLimits;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A program in TornadoVM: the arrays on the host, and an execution plan over the same arrays on the device. The plan
 * has as many task graphs as TornadoVM needs to record the program. After the first run it also holds the kernels'
 * code. {@link ProgramPool} keeps some programs for later sessions.
 */
final class DeviceProgram implements AutoCloseable {

    private final HostArrays arrays;
    private final List<DeviceGraph> graphs;
    private final TornadoExecutionPlan execution;
    private final DeviceCopies copies;
    private final long idleBytes;

    /**
     * Allocates the arrays on the host, and records the program as task graphs.
     *
     * @param limits what a work-group may use
     * @param library computes matrix products; null where kernels do
     * @throws RefusedException when the machine does not have the memory free now, or TornadoVM cannot record a task;
     *     nothing was allocated then
     */
    static DeviceProgram of(MemoryPlan plan, TornadoDevice device, GroupLimits limits, @Nullable CublasTasks library) {
        List<Integer> parts = plan.program().ends();
        Set<Integer> ends =
                parts.stream().limit(parts.size() - 1L).map(end -> end - 1).collect(Collectors.toSet());
        return of(plan, device, limits, library, GraphLimits.asked(), ends);
    }

    /**
     * As above, with limits for the graphs.
     *
     * @param room what a task graph holds
     * @param ends steps after which a graph must end, so that the steps before can run without the steps after
     */
    static DeviceProgram of(
            MemoryPlan plan,
            TornadoDevice device,
            GroupLimits limits,
            @Nullable CublasTasks library,
            GraphLimits room,
            Set<Integer> ends) {
        FloatArray[] tiny = new FloatArray[plan.arrays()];
        Arrays.setAll(tiny, _ -> new FloatArray(1));
        // A dry run that refuses before anything large is allocated: the cut does not depend on the arrays' lengths.
        GraphSize.cut(DeviceCall.of(plan.program(), b -> tiny[plan.slot(b)], limits, library != null), room, ends);
        HostArrays arrays = new HostArrays(plan, device.getDeviceType() == TornadoDeviceType.CPU);
        try {
            List<DeviceCall> calls = DeviceCall.of(plan.program(), arrays, limits, library != null);
            return new DeviceProgram(plan, arrays, device, GraphSize.cut(calls, room, ends), library);
        } catch (RuntimeException | Error e) {
            arrays.close();
            throw e;
        }
    }

    private DeviceProgram(
            MemoryPlan plan,
            HostArrays arrays,
            TornadoDevice device,
            List<List<DeviceCall>> cut,
            @Nullable CublasTasks library) {
        this.arrays = arrays;
        Set<FloatArray> given = given(plan);
        Set<FloatArray> outputs = identitySet();
        plan.program().buffers().stream()
                .filter(b -> plan.program().role(b).read())
                .forEach(b -> outputs.add(arrays.of(b)));
        graphs = new ArrayList<>();
        Map<DeviceGraph.Code, DeviceGraph.Task> known = new HashMap<>();
        for (List<DeviceCall> calls : cut) {
            String name = plan.program().name() + (cut.size() == 1 ? "" : "_" + graphs.size());
            graphs.add(DeviceGraph.of(name, calls, given, outputs, known, library));
        }
        Set<FloatArray> idle = identitySet();
        Collections.addAll(idle, arrays.all());
        graphs.forEach(g -> idle.removeAll(g.arrays()));
        idleBytes = idle.stream()
                .mapToLong(FloatArray::getNumBytesOfSegmentWithHeader)
                .sum();
        ImmutableTaskGraph[] tasks = graphs.stream().map(DeviceGraph::tasks).toArray(ImmutableTaskGraph[]::new);
        TornadoExecutionPlan made = new TornadoExecutionPlan(tasks);
        try {
            copies = new DeviceCopies(made, tasks, device);
            execution = made.withDevice(device);
            for (int i = 0; i < tasks.length; i++) {
                GridScheduler grids = graphs.get(i).grids();
                if (!grids.keySet().isEmpty()) {
                    execution.withGraph(i).withGridScheduler(grids);
                    copies.forgetGrids();
                }
            }
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

    /** Buffers set from outside that a step reads before any step writes them; only these are sent. */
    private Set<FloatArray> given(MemoryPlan plan) {
        Program program = plan.program();
        Set<FloatArray> given = identitySet();
        Set<FloatArray> touched = identitySet();
        for (Step step : program.steps()) {
            for (Buffer b : step.reads()) {
                if (touched.add(arrays.of(b)) && program.role(b).given()) {
                    given.add(arrays.of(b));
                }
            }
            step.writes().forEach(b -> touched.add(arrays.of(b)));
        }
        return given;
    }

    /** A set that compares arrays by identity, not by content. */
    static Set<FloatArray> identitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    HostArrays arrays() {
        return arrays;
    }

    TornadoExecutionPlan execution() {
        return execution;
    }

    /** The graphs, in the order in which they run. */
    List<DeviceGraph> graphs() {
        return Collections.unmodifiableList(graphs);
    }

    /** Runs one of the graphs. */
    TornadoExecutionResult run(int graph) {
        return execution.withGraph(graph).execute();
    }

    /**
     * Copies an array from the device to the host.
     *
     * @param last result of the last run
     */
    void fetch(FloatArray array, TornadoExecutionResult last) {
        for (int i = 0; i < graphs.size(); i++) {
            if (graphs.get(i).arrays().contains(array)) {
                // A graph that does not know the array would copy all arrays that it knows.
                execution.withGraph(i);
                last.transferToHost(array);
                return;
            }
        }
    }

    DeviceCopies copies() {
        return copies;
    }

    /** Bytes of the arrays that no kernel uses; the device has no copy of them. */
    long idleBytes() {
        return idleBytes;
    }

    /** Frees the arrays' memory on the device; the code stays. */
    void release() {
        copies.release();
        copies.forgetResults();
    }

    /** Prepares the arrays for a new session: zero, and to be sent again. */
    void clear() {
        for (FloatArray array : arrays.all()) {
            array.getSegment().fill((byte) 0);
        }
    }

    /** Frees the arrays, the device's memory and the code. */
    @Override
    public void close() {
        try {
            execution.withAllGraphs().freeDeviceMemory();
            execution.close();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException("TornadoVM did not release the device's memory: " + e.getMessage(), e);
        } finally {
            arrays.close();
        }
    }
}
