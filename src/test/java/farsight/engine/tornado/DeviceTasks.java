package farsight.engine.tornado;

import farsight.engine.Engine;
import farsight.op.GridTask;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Runs single kernel calls, without a memory plan. */
public final class DeviceTasks {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private DeviceTasks() {}

    /** Runs the calls on a device, in order, and copies the arrays there and back. */
    public static void run(Engine device, List<GridTask> calls, Collection<FloatArray> arrays) {
        Object[] all = arrays.toArray();
        TaskGraph graph = new TaskGraph("tasks" + COUNT.incrementAndGet());
        GridScheduler grids = new GridScheduler();
        graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, all);
        for (GridTask call : calls) {
            graph.addTask(call.task());
            String id = graph.getTaskGraphName() + "." + call.task().getId();
            call.grid().ifPresent(grid -> grids.addWorkerGrid(id, grid));
        }
        graph.transferToHost(DataTransferMode.EVERY_EXECUTION, all);
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
            TornadoExecutionPlan placed = plan.withDevice(((TornadoEngine) device).device());
            (grids.keySet().isEmpty() ? placed : placed.withGridScheduler(grids)).execute();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException("TornadoVM did not close a plan", e);
        }
    }
}
