package farsight.engine.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.BlockProgram;
import farsight.block.LatentGnn;
import farsight.block.Pass;
import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.OnDevice;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.engine.Variants;
import farsight.op.F64;
import farsight.op.GroupLimits;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Role;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

/** Programs too large for one TornadoVM task graph. */
@OnDevice
class SeveralGraphsDeviceTest {

    /** Most bytes that TornadoVM copies for a kernel beside its arrays. */
    private static final long MOST_BYTES_A_KERNEL = 32;

    private static final int LONG = 1_200;

    @BeforeEach
    void noProgramIsKept() {
        ProgramPool.shared().clear();
    }

    static Stream<Arguments> devices() {
        return Devices.present().stream().map(e -> Arguments.of(e.id(), e));
    }

    /** The same numbers on the device and on the vector engine. */
    private static final class Twins implements AutoCloseable {
        private final MemoryPlan plan;
        private final Session device;
        private final Session vector;
        private final Random random = new Random(11);

        Twins(MemoryPlan plan, Session device) {
            this.plan = plan;
            this.device = device;
            vector = Engines.find("vector").open(plan);
        }

        void draw(Buffer b) {
            float[] values = F64.random(random, b.shape()).floats();
            device.write(b, values);
            vector.write(b, values);
        }

        void drawAll() {
            Stream.of(Role.INPUT, Role.PARAMETER)
                    .flatMap(role -> plan.program().buffers(role).stream())
                    .forEach(this::draw);
        }

        void assertSame(String when) {
            vector.run();
            List<Buffer> outputs = plan.program().buffers(Role.OUTPUT);
            Map<Buffer, float[]> right = new LinkedHashMap<>();
            outputs.forEach(b -> right.put(b, vector.read(b)));
            float largest = 0;
            for (float[] values : right.values()) {
                for (float v : values) {
                    largest = Math.max(largest, Math.abs(v));
                }
            }
            // Of the largest of all: the gradient before a norm is a small difference of large numbers.
            Offset<Float> within = Offset.offset(1e-3f * largest);
            right.forEach((b, values) -> {
                float[] found = device.read(b);
                for (int i = 0; i < values.length; i++) {
                    assertThat(found[i]).as("%s[%d] %s", b.name(), i, when).isCloseTo(values[i], within);
                }
            });
        }

        @Override
        public void close() {
            device.close();
            vector.close();
        }
    }

    private static DeviceProgram program(Engine engine, MemoryPlan plan, GraphLimits room, Set<Integer> ends) {
        return DeviceProgram.of(plan, ((TornadoEngine) engine).device(), engine.groupLimits(), null, room, ends);
    }

    private static Session session(MemoryPlan plan, DeviceProgram program) {
        return new TornadoSession(plan, program, DeviceProgram::close);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void aProgramOfAThousandTasksAnswersRightCopiesOnlyWhatWasWrittenAndTakesWhatWasPredicted(
            String id, Engine engine) {
        Chain chain = Chain.of(LONG);
        MemoryPlan plan = MemoryPlan.of(chain.program());
        long header = engine.limits().headerBytes();
        DeviceProgram program = program(engine, plan, GraphLimits.asked(), Set.of());
        assertThat(program.graphs()).hasSizeGreaterThan(3);
        long free = freeMemory(engine);
        try (Twins twins = new Twins(plan, session(plan, program))) {
            twins.drawAll();
            Timing first = twins.device.run();
            assertThat(first.compile()).isPositive();
            twins.assertSame("after the first run");
            assertThat(twins.device.bytes()).isEqualTo(engine.predictedBytes(plan));
            assertThat(free - freeMemory(engine)).as("taken of the device").isEqualTo(engine.predictedBytes(plan));

            Timing second = twins.device.profile();
            assertThat(second.compile()).isZero();
            assertThat(second.kernels()).isPositive();
            long beside = second.copiedBytes();
            assertThat(beside).isLessThanOrEqualTo(LONG * MOST_BYTES_A_KERNEL);
            assertThat(beside % LONG).isZero();
            twins.assertSame("after a run that nothing was written for");

            Stream.concat(Stream.of(chain.x(), chain.late()), chain.weights().stream())
                    .forEach(b -> {
                        twins.draw(b);
                        Timing t = twins.device.profile();
                        assertThat(t.copiedBytes() - beside)
                                .as("copied after %s was written", b.name())
                                .isEqualTo(b.shape().bytes() + header);
                        twins.assertSame("after " + b.name() + " was written");
                    });
            twins.drawAll();
            twins.device.run();
            twins.assertSame("after a run without the profiler");
            assertThat(twins.device.bytes()).isEqualTo(engine.predictedBytes(plan));
            assertThat(free - freeMemory(engine)).isEqualTo(engine.predictedBytes(plan));
        }
    }

    /** What TornadoVM's own count leaves of the device. */
    private static long freeMemory(Engine engine) {
        TornadoDevice device = ((TornadoEngine) engine).device();
        // Buffers that were given back are counted until they are wanted again.
        Object provider = call(call(device, "getDeviceContext"), "getBufferProvider");
        for (Object access : value(provider, "freeBuffers", Map.class).keySet()) {
            call(provider, "resetBuffers", access);
        }
        return value(provider, "currentMemoryAvailable", Long.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void aSecondSessionOfSeveralGraphsCompilesNothingAndAnswersRight(String id, Engine engine) {
        for (int session = 0; session < 2; session++) {
            MemoryPlan plan = MemoryPlan.of(Chain.of(400).program());
            try (Twins twins = new Twins(plan, engine.open(plan))) {
                twins.drawAll();
                Timing first = twins.device.run();
                if (session == 0) {
                    assertThat(first.compile()).isPositive();
                } else {
                    assertThat(first.compile()).isZero();
                }
                twins.assertSame("session " + session);
                twins.drawAll();
                twins.device.run();
                twins.assertSame("session " + session + " again");
                assertThat(twins.device.bytes()).isEqualTo(engine.predictedBytes(plan));
            }
            assertThat(ProgramPool.shared().size()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void resultsDoNotDependOnTheCuts(String id, Engine engine) {
        MemoryPlan plan = MemoryPlan.of(Chain.of(23).program());
        for (int tasks : List.of(1, 2, 3, 7, 23)) {
            DeviceProgram program = program(engine, plan, new GraphLimits(8192, tasks, 1024, 65_536), Set.of());
            assertThat(program.graphs()).hasSize((23 + tasks - 1) / tasks);
            try (Twins twins = new Twins(plan, session(plan, program))) {
                for (int run = 0; run < 3; run++) {
                    twins.drawAll();
                    twins.device.run();
                    twins.assertSame(tasks + " tasks a graph, run " + run);
                    assertThat(twins.device.bytes()).isEqualTo(engine.predictedBytes(plan));
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void graphsReadTheResultsOfEarlierGraphs(String id, Engine engine) {
        Chain chain = Chain.of(20);
        MemoryPlan plan = MemoryPlan.of(chain.program());
        DeviceProgram program = program(engine, plan, GraphLimits.asked(), Set.of(0, 9));
        assertThat(program.graphs()).extracting(DeviceGraph::firstStep).containsExactly(0, 1, 10);
        assertThat(program.graphs()).extracting(DeviceGraph::lastStep).containsExactly(0, 9, 19);
        try (Twins twins = new Twins(plan, session(plan, program))) {
            twins.drawAll();
            program.run(0);
            program.run(1);
            program.run(2);
            // The last two again, on the first one's output.
            program.run(1);
            program.run(2);
            twins.device.run();
            twins.assertSame("after all graphs");
        }
    }

    static Stream<Arguments> blocks() {
        LatentGnn.Norm batch = LatentGnn.Norm.BATCH;
        List<LatentGnn> blocks = List.of(
                LatentGnn.of(8, 5, 3).withChannelStride(2).withNorm(batch).withGraphConv(true),
                LatentGnn.of(8, 3, 3, 3, 3)
                        .withChannelStride(2)
                        .withMode(LatentGnn.Mode.SYMMETRIC)
                        .withNorm(batch));
        return Devices.present().stream()
                .flatMap(e -> Stream.of(e, Variants.withGroups(e)))
                .flatMap(e -> blocks.stream().map(b -> Arguments.of(e.id(), b, e)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("blocks")
    void theGradientOfALargeBlockAnswersRight(String id, LatentGnn block, Engine engine) {
        MemoryPlan plan = MemoryPlan.of(
                BlockProgram.of(block, 2, 37, Pass.FORWARD_BACKWARD).program());
        try (Twins twins = new Twins(plan, engine.open(plan))) {
            for (int run = 0; run < 2; run++) {
                twins.drawAll();
                twins.device.run();
                twins.assertSame("run " + run);
            }
            assertThat(twins.device.bytes()).isEqualTo(engine.predictedBytes(plan));
        }
    }

    /** What {@link GraphSize} counts against what TornadoVM has. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void theSizeOfAGraphIsCountedAsTornadoVmDoes(String id, Engine engine) throws ReflectiveOperationException {
        LatentGnn block = LatentGnn.of(4, 5, 3).withNorm(LatentGnn.Norm.BATCH).withGraphConv(true);
        Map<String, MemoryPlan> plans = new LinkedHashMap<>();
        plans.put("chain", MemoryPlan.of(Chain.of(700).program()));
        plans.put(
                "block",
                MemoryPlan.of(
                        BlockProgram.of(block, 2, 9, Pass.FORWARD_BACKWARD).program()));
        for (Map.Entry<String, MemoryPlan> e : plans.entrySet()) {
            for (GroupLimits groups : List.of(GroupLimits.NONE, new GroupLimits(48 << 10, 256))) {
                MemoryPlan plan = e.getValue();
                GraphLimits room = GraphLimits.asked();
                TornadoDevice device = ((TornadoEngine) engine).device();
                try (DeviceProgram program = DeviceProgram.of(plan, device, groups, null, room, Set.of())) {
                    assertCounted(
                            e.getKey(), program, DeviceCall.of(plan.program(), program.arrays(), groups, false), room);
                }
            }
        }
    }

    private static void assertCounted(String name, DeviceProgram program, List<DeviceCall> calls, GraphLimits room)
            throws ReflectiveOperationException {
        List<List<DeviceCall>> cut = GraphSize.cut(calls, room, Set.of());
        assertThat(cut).hasSameSizeAs(program.graphs());
        for (int i = 0; i < cut.size(); i++) {
            GraphSize.Filling filling = new GraphSize.Filling();
            cut.get(i).forEach(call -> filling.add(call.arguments()));
            GraphSize size = filling.size();
            Object graph = call(call(program.graphs().get(i).tasks(), "getTaskGraph"), "getTaskGraphImpl");
            ByteBuffer recording = value(graph, "hlBuffer", ByteBuffer.class);
            assertThat(recording.position()).as("%s, graph %d", name, i).isEqualTo(size.recorded());
            assertThat(recording.capacity()).isEqualTo(room.recorded());
            Object context = value(graph, "executionContext", Object.class);
            assertThat(value(context, "MAX_TASKS", Integer.class)).isEqualTo(room.tasks());

            // As TornadoVM does before the first run.
            call(context, "scheduleTaskToDevices");
            ByteBuffer copy = recording.duplicate().order(recording.order()).flip();
            Object nodes = invoke("TornadoGraphBuilder", "buildGraph", context, copy);
            assertThat(value(nodes, "nodes", Object[].class)).hasSize(room.nodes());
            int taken = value(nodes, "nextNode", Integer.class);
            assertThat(taken).as("nodes").isBetween(size.nodes() / 2, size.nodes());

            Object code = ((Object[]) invoke("TornadoVMGraphCompiler", "compile", nodes, context))[0];
            int bytes = value(code, "buffer", ByteBuffer.class).limit();
            assertThat(value(code, "bytecode", byte[].class)).hasSize(room.code());
            assertThat(bytes).as("code").isBetween(size.code() / 2, size.code());
        }
    }

    private static Object invoke(String type, String name, Object... arguments) throws ReflectiveOperationException {
        Class<?> found = Class.forName("uk.ac.manchester.tornado.runtime.graph." + type);
        for (Method m : found.getDeclaredMethods()) {
            if (m.getName().equals(name)) {
                m.setAccessible(true);
                return m.invoke(null, arguments);
            }
        }
        throw new NoSuchMethodException(name);
    }

    private static Object call(Object of, String name, Object... arguments) {
        try {
            for (Class<?> type = of.getClass(); type != null; type = type.getSuperclass()) {
                for (Method m : type.getDeclaredMethods()) {
                    if (m.getName().equals(name) && m.getParameterCount() == arguments.length) {
                        m.setAccessible(true);
                        return m.invoke(of, arguments);
                    }
                }
            }
            throw new NoSuchMethodException(name);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T value(Object of, String name, Class<T> as) {
        try {
            for (Class<?> type = of.getClass(); type != null; type = type.getSuperclass()) {
                for (Field f : type.getDeclaredFields()) {
                    if (f.getName().equals(name)) {
                        f.setAccessible(true);
                        return as.cast(f.get(of));
                    }
                }
            }
            throw new NoSuchFieldException(name);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
