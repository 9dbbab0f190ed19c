package farsight.engine.tornado;

import farsight.op.GridTask;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One task graph of a device program: the calls of consecutive steps.
 *
 * @param tasks TornadoVM's task graph
 * @param grids of the kernels that have one
 * @param arrays arguments of the calls
 * @param firstStep index of the first call's step
 * @param lastStep index of the last call's step; more calls of it may follow in the next graph
 */
record DeviceGraph(ImmutableTaskGraph tasks, GridScheduler grids, Set<FloatArray> arrays, int firstStep, int lastStep) {

    /**
     * Two kernel calls with equal keys have the same code. Numbers are constants in the code; lengths of arrays are
     * not.
     *
     * @param method class of the kernel's method reference; each place in the source that makes a call has one
     * @param global work-items of the grid; empty where TornadoVM chooses
     * @param local work-items of a group
     */
    record Code(Class<?> method, List<Object> numbers, List<Long> global, List<Long> local) {
        private static Code of(GridTask call) {
            return new Code(
                    call.task().getTaskParameters()[0].getClass(),
                    Arrays.stream(call.task().getTaskParameters())
                            .filter(GraphSize::isNumber)
                            .toList(),
                    call.grid().map(g -> longs(g.getGlobalWork())).orElse(List.of()),
                    call.grid().map(g -> longs(g.getLocalWork())).orElse(List.of()));
        }

        private static List<Long> longs(long @Nullable [] extents) {
            return extents == null ? List.of() : Arrays.stream(extents).boxed().toList();
        }
    }

    /**
     * A task as first recorded.
     *
     * @param graph name of its graph
     * @param id within the program
     */
    record Task(String graph, String id) {}

    /**
     * Another call of a task that the graph already has, on other arrays. TornadoVM compiles tasks of the same id once
     * and launches them with the arrays of each call ({@code TornadoExecutionContext.addTask}).
     */
    private static final class Again extends TaskPackage {
        private final TaskPackage call;

        Again(String id, TaskPackage call) {
            super(id, () -> {});
            this.call = call;
        }

        @Override
        public int getTaskType() {
            return call.getTaskType();
        }

        @Override
        public Object[] getTaskParameters() {
            return call.getTaskParameters();
        }
    }

    /**
     * Records calls. Calls with the same code become one task, under the id of the first of them.
     *
     * @param name of the graph, unique within the program
     * @param given arrays that the host sends
     * @param outputs arrays that the host fetches
     * @param known tasks of the earlier graphs; this graph's tasks are added
     * @param library computes matrix products; null where kernels do
     */
    static DeviceGraph of(
            String name,
            List<DeviceCall> calls,
            Set<FloatArray> given,
            Set<FloatArray> outputs,
            Map<Code, Task> known,
            @Nullable CublasTasks library) {
        Set<FloatArray> arrays = DeviceProgram.identitySet();
        for (DeviceCall call : calls) {
            call.arguments().stream()
                    .filter(FloatArray.class::isInstance)
                    .map(FloatArray.class::cast)
                    .forEach(arrays::add);
        }
        TaskGraph graph = new TaskGraph(name);
        graph.transferToDevice(
                DataTransferMode.FIRST_EXECUTION,
                arrays.stream().filter(given::contains).toArray());
        // UNDER_DEMAND: allocated on the first run, kept, never copied in.
        graph.transferToDevice(
                DataTransferMode.UNDER_DEMAND,
                arrays.stream().filter(a -> !given.contains(a)).toArray());
        GridScheduler grids = new GridScheduler();
        for (DeviceCall call : calls) {
            switch (call) {
                case DeviceCall.Kernel(int _, GridTask task) -> {
                    Task first = known.computeIfAbsent(Code.of(task), _ -> new Task(name, call.id()));
                    graph.addTask(first.id().equals(call.id()) ? task.task() : new Again(first.id(), task.task()));
                    task.grid().ifPresent(grid -> {
                        grids.addWorkerGrid(name + "." + first.id(), grid);
                        grids.addWorkerGrid(first.graph() + "." + first.id(), grid);
                    });
                }
                case DeviceCall.Product product ->
                    Objects.requireNonNull(library).add(graph, product);
            }
        }
        graph.transferToHost(
                DataTransferMode.UNDER_DEMAND,
                arrays.stream().filter(outputs::contains).toArray());
        return new DeviceGraph(
                graph.snapshot(),
                grids,
                arrays,
                calls.getFirst().step(),
                calls.getLast().step());
    }
}
