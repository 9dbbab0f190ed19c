package farsight.engine.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Dense;
import farsight.block.Gc;
import farsight.block.LatentGnn;
import farsight.block.NonLocal;
import farsight.block.Pass;
import farsight.block.Se;
import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.OnDevice;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.op.F64;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies to a device, by TornadoVM's own count. */
@OnDevice
class ResidencyDeviceTest {

    private static final int POSITIONS = 37;

    /** First runs are to compile. */
    @BeforeEach
    void noProgramIsKept() {
        ProgramPool.shared().clear();
    }

    static Stream<Arguments> programs() {
        List<Block> blocks = List.of(
                Dense.of(3),
                NonLocal.of(4),
                Gc.of(16),
                Se.of(16),
                LatentGnn.of(4, 5).withChannelStride(2));
        return Devices.present().stream()
                .flatMap(e -> blocks.stream()
                        .flatMap(b -> Stream.of(Pass.values())
                                .map(pass -> Arguments.of(
                                        e.id(), b.kind(), pass, e, BlockProgram.of(b, 2, POSITIONS, pass)))));
    }

    /** What the device is given: the host's own copy, to compute the right answers from. */
    private static final class BlockContext {
        private final Map<Buffer, float[]> values = new HashMap<>();
        private final Random random = new Random(5);

        void draw(Session session, Buffer b) {
            values.put(b, F64.random(random, b.shape()).floats());
            session.write(b, values.get(b));
        }

        /** Every output on the JVM, from the same numbers. */
        Map<Buffer, float[]> answers(MemoryPlan plan) {
            Map<Buffer, float[]> answers = new HashMap<>();
            try (Session java = Engines.find("java").open(plan)) {
                values.forEach(java::write);
                java.run();
                plan.program().buffers(Role.OUTPUT).forEach(b -> answers.put(b, java.read(b)));
            }
            return answers;
        }
    }

    private static List<Buffer> given(MemoryPlan plan) {
        List<Buffer> given = new ArrayList<>(plan.program().buffers(Role.INPUT));
        given.addAll(plan.program().buffers(Role.PARAMETER));
        return given;
    }

    private static void assertAnswers(Session session, MemoryPlan plan, BlockContext given) {
        given.answers(plan).forEach((b, right) -> {
            float[] found = session.read(b);
            for (int i = 0; i < right.length; i++) {
                assertThat(found[i]).as("%s[%d]", b.name(), i).isCloseTo(right[i], within(right));
            }
        });
    }

    private static org.assertj.core.data.Offset<Float> within(float[] values) {
        float largest = 0;
        for (float v : values) {
            largest = Math.max(largest, Math.abs(v));
        }
        return org.assertj.core.data.Offset.offset(1e-3f * largest + 1e-5f);
    }

    /** Most bytes that TornadoVM copies for a kernel beside its arrays. */
    private static final long MOST_BYTES_A_KERNEL = 32;

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("programs")
    void onlyWrittenArraysAreCopiedAndNothingIsCompiledTwice(
            String id, String kind, Pass pass, Engine engine, BlockProgram program) {
        MemoryPlan plan = MemoryPlan.of(program.program());
        long header = engine.limits().headerBytes();
        try (Session session = engine.open(plan)) {
            BlockContext given = new BlockContext();
            given(plan).forEach(b -> given.draw(session, b));
            Timing first = session.run();
            assertThat(first.compile()).as("first run").isPositive();
            assertAnswers(session, plan, given);

            Timing second = session.profile();
            assertThat(second.compile()).as("compiled again").isZero();
            assertThat(second.kernels()).isPositive();
            assertThat(session.bytes()).isEqualTo(engine.predictedBytes(plan));
            assertAnswers(session, plan, given);

            long kernels = KernelUse.of(plan.program(), engine).stream()
                    .mapToLong(k -> k.tasks().size())
                    .sum();
            long beside = second.copiedBytes();
            assertThat(beside).as("nothing written").isLessThanOrEqualTo(kernels * MOST_BYTES_A_KERNEL);
            assertThat(beside % kernels).isZero();
            long all = given(plan).stream()
                    .mapToLong(b -> b.shape().bytes() + header)
                    .sum();
            assertThat(first.copiedBytes() - beside).as("first run").isEqualTo(all);

            for (Buffer b : given(plan)) {
                given.draw(session, b);
                Timing t = session.profile();
                assertThat(t.copiedBytes() - beside)
                        .as(b.name())
                        .isEqualTo(b.shape().bytes() + header);
                assertThat(t.compile()).as("compiled again").isZero();
            }
            assertAnswers(session, plan, given);
        }
    }

    /** Runs that are not profiled copy the same: what they answer is all that is seen of it. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("programs")
    void aLoopThatReadsGradientsAndWritesParametersSeesItsOwnSteps(
            String id, String kind, Pass pass, Engine engine, BlockProgram program) {
        MemoryPlan plan = MemoryPlan.of(program.program());
        try (Session session = engine.open(plan)) {
            BlockContext given = new BlockContext();
            given(plan).forEach(b -> given.draw(session, b));
            for (int step = 0; step < 4; step++) {
                given.draw(session, program.x());
                session.run();
                program.gradients().forEach((name, gradient) -> {
                    Buffer parameter = program.parameters().get(name);
                    float[] w = given.values.get(parameter).clone();
                    float[] g = session.read(gradient);
                    for (int i = 0; i < w.length; i++) {
                        w[i] -= 0.01f * g[i];
                    }
                    given.values.put(parameter, w);
                    session.write(parameter, w);
                });
            }
            session.run();
            assertAnswers(session, plan, given);
        }
    }
}
