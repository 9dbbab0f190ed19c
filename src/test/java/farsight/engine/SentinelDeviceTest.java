package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.op.Call;
import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.op.Kernel;
import farsight.op.Launch;
import farsight.op.Op;
import farsight.op.Operand;
import farsight.op.Storage;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A kernel that detects where it ran: Java gives it no grid, a device its launch grid. */
@OnDevice
public class SentinelDeviceTest {

    private static final int ITEMS = 96;
    private static final int GROUP = 32;

    /** Writes what each work-item sees of the grid. */
    public static final class Sentinel {
        private Sentinel() {}

        public static void look(KernelContext context, FloatArray seen) {
            int i = context.globalIdx;
            seen.set(3 * i, context.globalGroupSizeX);
            seen.set(3 * i + 1, context.localGroupSizeX);
            seen.set(3 * i + 2, i);
        }
    }

    /** One operation, which calls that kernel. */
    private record Look(Buffer seen) implements Op {

        private static final Kernel LOOK = Kernel.of(Sentinel::look).fused();

        @Override
        public List<Call> calls() {
            Launch.Iterations loop = new Launch.Iterations(ITEMS);
            return List.of(LOOK.call(new KernelContext(), Operand.out(seen))
                    .grouped(Operand.out(seen))
                    .by(new Launch.Groups(() -> ITEMS / GROUP, GROUP, 0, loop)));
        }

        /** By these groups on every device. */
        @Override
        public List<GridTask> groupTasks(String id, Storage at, GroupLimits limits) {
            return Op.super.groupTasks(id, at, new GroupLimits(0, GROUP));
        }

        @Override
        public long flops() {
            return 0;
        }
    }

    static Stream<Arguments> devices() {
        return Devices.present().stream().map(e -> Arguments.of(e.id(), e));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void everyWorkItemSeesTheGridOfTheDevice(String id, Engine device) {
        Program.Builder p = new Program.Builder("sentinel");
        Buffer seen = p.buffer("seen", Shape.matrix(ITEMS, 3), Role.OUTPUT);
        p.add(new Look(seen));
        MemoryPlan plan = MemoryPlan.of(p.build());
        try (Session session = device.open(plan)) {
            Timing t = session.run();
            assertThat(t.kernels()).isPositive();
            float[] values = session.read(seen);
            for (int i = 0; i < ITEMS; i++) {
                assertThat(List.of(values[3 * i], values[3 * i + 1], values[3 * i + 2]))
                        .as("work-item %d", i)
                        .containsExactly((float) ITEMS, (float) GROUP, (float) i);
            }
        }
        FloatArray onTheJvm = new FloatArray(3 * ITEMS);
        onTheJvm.init(-1);
        Sentinel.look(new KernelContext(), onTheJvm);
        assertThat(onTheJvm.get(0)).as("global size as Java sees it").isZero();
    }
}
