package farsight.engine.tornado;

import farsight.engine.HostSession;
import farsight.op.Gemm;
import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.op.Op;
import farsight.op.Storage;
import farsight.program.Program;
import farsight.program.Step;
import java.util.ArrayList;
import java.util.List;

/** A call in a device program: one of our kernels, or a library's matrix product. */
sealed interface DeviceCall {

    /** Index of the step that the call belongs to. */
    int step();

    /** Id of the task, unique within the program. */
    String id();

    /** The task's arguments in order: arrays and numbers. */
    List<Object> arguments();

    /** A kernel, with its work-groups. */
    record Kernel(int step, GridTask task) implements DeviceCall {
        @Override
        public String id() {
            return task.task().getId();
        }

        @Override
        public List<Object> arguments() {
            Object[] method = task.task().getTaskParameters();
            // The first is the method itself.
            return List.of(method).subList(1, method.length);
        }
    }

    /** A product, with its arguments as BLAS takes them. */
    record Product(int step, String id, Gemm product, List<Object> arguments) implements DeviceCall {}

    /**
     * The calls of a program, in order, with ids from their operations.
     *
     * @param library whether a library computes matrix products. An operation that contains a product is then split,
     *     unless one kernel computes it whole
     */
    static List<DeviceCall> of(Program program, Storage at, GroupLimits limits, boolean library) {
        List<DeviceCall> calls = new ArrayList<>();
        for (int i = 0; i < program.steps().size(); i++) {
            int index = i;
            Step step = program.steps().get(i);
            String id = "t" + i + "_" + step.name();
            Op op = HostSession.operation(step);
            List<Op> parts = library ? op.parts(limits) : List.of(op);
            for (int p = 0; p < parts.size(); p++) {
                Op part = parts.get(p);
                // Two parts may have one name: the products of attention.
                String partId = part.equals(op) ? id : id + "_" + part.name() + p;
                if (library && part.gemm().isPresent()) {
                    Gemm product = part.gemm().get();
                    calls.add(new Product(index, partId, product, CublasTasks.arguments(product, at)));
                } else {
                    part.groupTasks(partId, at, limits).forEach(task -> calls.add(new Kernel(index, task)));
                }
            }
        }
        return calls;
    }
}
