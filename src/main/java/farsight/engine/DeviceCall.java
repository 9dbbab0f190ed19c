package farsight.engine;

import farsight.op.Gemm;
import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.op.Op;
import farsight.op.Storage;
import farsight.program.Program;
import farsight.program.Step;
import java.util.ArrayList;
import java.util.List;

/** What a device program calls: a kernel of ours, or a library's product of matrices. */
sealed interface DeviceCall {

    /** A kernel, with its work-groups. */
    record Kernel(GridTask task) implements DeviceCall {}

    /**
     * A product.
     *
     * @param id of the task, unique within the program
     */
    record Product(String id, Gemm product) implements DeviceCall {}

    /**
     * The calls of a program, in order, by the ids of their operations.
     *
     * @param library whether products of matrices are a library's. Operations of which a product is a part are then taken
     *     apart, where they have no kernel for the whole
     */
    static List<DeviceCall> of(Program program, Storage at, GroupLimits limits, boolean library) {
        List<DeviceCall> calls = new ArrayList<>();
        int i = 0;
        for (Step step : program.steps()) {
            String id = "t" + i++ + "_" + step.name();
            Op op = HostSession.operation(step);
            for (Op part : library ? op.parts(limits) : List.of(op)) {
                String partId = part.equals(op) ? id : id + "_" + part.name();
                if (library && part.gemm().isPresent()) {
                    calls.add(new Product(partId, part.gemm().get()));
                } else {
                    part.groupTasks(partId, at, limits).forEach(task -> calls.add(new Kernel(task)));
                }
            }
        }
        return calls;
    }
}
