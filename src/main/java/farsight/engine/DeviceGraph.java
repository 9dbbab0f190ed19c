package farsight.engine;

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
 * One task graph of a device program: the calls of some steps in a row.
 *
 * @param tasks as TornadoVM has it
 * @param grids of its kernels that have one
 * @param arrays that its calls take
 * @param firstStep index of the step of its first call
 * @param lastStep index of the step of its last call, of which the next graph may have more
 */
record DeviceGraph(ImmutableTaskGraph tasks, GridScheduler grids, Set<FloatArray> arrays, int firstStep, int lastStep) {

    /**
     * What makes the code of two kernel calls the same: numbers are constants in it, lengths of arrays are not.
     *
     * @param method class of the kernel's method reference, of which there is one for each place that makes a call
     * @param global work-items of its grid; empty where TornadoVM chooses
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
     * A task as it was first recorded.
     *
     * @param graph its name
     * @param id within the program
     */
    record Task(String graph, String id) {}

    /**
     * A call of a task that the graph has already, on other arrays: a task of the same id is compiled once, and launched
     * with the arrays of each call ({@code TornadoExecutionContext.addTask}).
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
     * Records calls. Those with the same code become one task, of the id that the first of them has in the program.
     *
     *
     * @param name of the graph, unique within the program
     * @param given arrays that the host sends
     * @param outputs arrays that the host fetches
     * @param known the tasks of the graphs before, to which those of this one are added
     * @param library what computes products of matrices; null where kernels do
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
        // Under demand, which is never: allocated with the first run, kept, and not sent.
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
