package farsight.engine.tornado;

import farsight.engine.Engine;
import farsight.engine.KernelCode;
import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.op.KernelMethod;
import farsight.op.Storage;
import farsight.program.Buffer;
import farsight.program.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A kernel method of a program.
 *
 * @param type class that holds the method
 * @param method its name
 * @param tasks ids of the tasks that call it, in order, as device programs name them
 * @param first its first call as a device makes it, but with arrays of one float: a kernel's code does not depend on
 *     their lengths
 */
public record KernelUse(Class<?> type, String method, List<String> tasks, GridTask first) {

    /** Copies the list. */
    public KernelUse {
        tasks = List.copyOf(tasks);
    }

    /** Our kernels in a program, as an engine runs it: each once, in the order of their first calls. */
    public static List<KernelUse> of(Program program, Engine engine) {
        GroupLimits limits = engine.groupLimits();
        Map<KernelMethod, List<GridTask>> uses = new LinkedHashMap<>();
        Map<Buffer, FloatArray> arrays = new HashMap<>();
        Storage tiny = b -> arrays.computeIfAbsent(b, _ -> new FloatArray(1));
        for (DeviceCall call : DeviceCall.of(program, tiny, limits, engine.library())) {
            if (call instanceof DeviceCall.Kernel(int _, GridTask task)) {
                uses.computeIfAbsent(KernelMethod.of(task.task()), _ -> new ArrayList<>())
                        .add(task);
            }
        }
        return uses.entrySet().stream()
                .map(e -> new KernelUse(
                        e.getKey().type(),
                        e.getKey().name(),
                        e.getValue().stream().map(t -> t.task().getId()).toList(),
                        e.getValue().getFirst()))
                .toList();
    }

    /** The device's code for the kernel; empty on the JVM's engines. The first call's sizes are constants in it. */
    public Optional<KernelCode> code(Engine engine) {
        return engine.code(first);
    }
}
