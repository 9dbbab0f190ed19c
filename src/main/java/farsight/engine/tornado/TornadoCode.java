package farsight.engine.tornado;

import farsight.engine.KernelCode;
import farsight.op.GridTask;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The code that TornadoVM generates for one kernel. Its API only prints code to standard output while it compiles
 * (withPrintKernel), so the code is captured there.
 */
final class TornadoCode {

    private static final AtomicInteger COUNT = new AtomicInteger();

    private TornadoCode() {}

    /**
     * Compiles a task alone, without running it.
     *
     * @throws IllegalStateException when TornadoVM printed no code
     */
    static synchronized KernelCode of(GridTask call, TornadoDevice device) {
        TaskPackage task = call.task();
        Object[] arrays = Arrays.stream(task.getTaskParameters())
                .filter(FloatArray.class::isInstance)
                .toArray();
        TaskGraph graph = new TaskGraph("code" + COUNT.incrementAndGet());
        graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, arrays);
        graph.addTask(task);
        graph.transferToHost(DataTransferMode.UNDER_DEMAND, arrays);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream terminal = System.out;
        try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
                PrintStream capture = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(capture);
            TornadoExecutionPlan placed = plan.withDevice(device);
            if (call.grid().isPresent()) {
                String id = graph.getTaskGraphName() + "." + task.getId();
                placed = placed.withGridScheduler(
                        new GridScheduler(id, call.grid().get()));
            }
            placed.withPrintKernel().withPreCompilation();
        } catch (TornadoExecutionPlanException e) {
            throw new IllegalStateException("TornadoVM did not close the plan of " + task.getId(), e);
        } finally {
            System.setOut(terminal);
        }
        String text = printed.toString(StandardCharsets.UTF_8).strip();
        if (text.isEmpty()) {
            throw new IllegalStateException("TornadoVM printed no code of " + task.getId()
                    + (System.getProperty("tornado.print.kernel.dir") == null
                            ? ""
                            : "; remove -Dtornado.print.kernel.dir, which sends the code to a folder"));
        }
        // By name, as older API jars lack some of the constants.
        String backend = device.getTornadoVMBackend().name().toLowerCase(Locale.ROOT);
        return switch (backend) {
            case "opencl" -> new KernelCode("OpenCL C", "cl", text);
            case "ptx" -> new KernelCode("PTX", "ptx", text);
            case "spirv" -> new KernelCode("SPIR-V, disassembled", "spvasm", text);
            case "cuda" -> new KernelCode("CUDA C", "cu", text);
            case "metal" -> new KernelCode("Metal", "metal", text);
            default -> new KernelCode(backend, "txt", text);
        };
    }
}
