package farsight.engine.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import farsight.block.Block;
import farsight.block.BlockProgram;
import farsight.block.Gc;
import farsight.block.LatentGnn;
import farsight.block.Pass;
import farsight.block.Se;
import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.OnDevice;
import farsight.engine.Session;
import farsight.engine.Timing;
import farsight.engine.Variants;
import farsight.op.F64;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions that reuse the compiled program of a closed one. */
@OnDevice
class ReuseDeviceTest {

    private static final ProgramPool POOL = ProgramPool.shared();

    @BeforeEach
    void noProgramIsKept() {
        POOL.clear();
    }

    static Stream<Arguments> programs() {
        List<Block> blocks = List.of(Gc.of(16), LatentGnn.of(4, 5).withChannelStride(2));
        return Devices.present().stream()
                .flatMap(e -> Stream.of(e, Variants.withGroups(e)))
                .flatMap(e -> blocks.stream().map(b -> Arguments.of(e.id(), b.kind(), e, b)));
    }

    private static MemoryPlan plan(Block block, int positions) {
        return MemoryPlan.of(
                BlockProgram.of(block, 1, positions, Pass.FORWARD_BACKWARD).program());
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("programs")
    void aSecondSessionOfAnEqualProgramCompilesNothingAndIsRight(String id, String kind, Engine engine, Block block) {
        Random random = new Random(3);
        long bytes = 0;
        for (int session = 0; session < 3; session++) {
            // Made anew each time: equal, not the same.
            MemoryPlan plan = plan(block, 41);
            try (Session s = engine.open(plan)) {
                Map<Buffer, float[]> given = new HashMap<>();
                Stream.of(Role.INPUT, Role.PARAMETER)
                        .flatMap(role -> plan.program().buffers(role).stream())
                        .forEach(b -> given.put(b, F64.random(random, b.shape()).floats()));
                given.forEach(s::write);
                Timing first = s.run();
                if (session == 0) {
                    assertThat(first.compile()).isPositive();
                    bytes = s.bytes();
                } else {
                    assertThat(first.compile()).isZero();
                    assertThat(s.bytes()).isEqualTo(bytes);
                }
                assertThat(first.kernels()).isPositive();
                assertThat(first.copiedBytes())
                        .isGreaterThanOrEqualTo(given.values().stream()
                                .mapToLong(v -> 4L * v.length)
                                .sum());
                s.run();
                assertAnswers(s, plan, given);
                Timing again = s.profile();
                assertThat(again.copiedBytes()).isLessThan(first.copiedBytes());
                assertAnswers(s, plan, given);
            }
            assertThat(POOL.size()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("programs")
    void unwrittenArraysOfASessionAreZero(String id, String kind, Engine engine, Block block) {
        MemoryPlan plan = plan(block, 7);
        Buffer x = plan.program().buffers(Role.INPUT).getFirst();
        try (Session s = engine.open(plan)) {
            s.write(x, F64.random(new Random(1), x.shape()).floats());
            s.run();
        }
        try (Session s = engine.open(plan)) {
            assertThat(s.read(x)).containsOnly(0f);
        }
    }

    /** While one is open another is compiled, and both are kept. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("programs")
    void twoOpenSessionsShareNothing(String id, String kind, Engine engine, Block block) {
        MemoryPlan plan = plan(block, 5);
        Buffer x = plan.program().buffers(Role.INPUT).getFirst();
        try (Session one = engine.open(plan);
                Session two = engine.open(plan)) {
            one.write(x, F64.random(new Random(1), x.shape()).floats());
            two.write(x, F64.random(new Random(2), x.shape()).floats());
            assertThat(one.run().compile()).isPositive();
            assertThat(two.run().compile()).isPositive();
            assertThat(one.read(x)).isNotEqualTo(two.read(x));
        }
        assertThat(POOL.size()).isEqualTo(2);
    }

    /** What is kept is the next session's: the one that is closed neither gives it back twice nor touches it. */
    @ParameterizedTest
    @MethodSource("devices")
    void aClosedSessionHasLeftItsProgram(Engine engine) {
        MemoryPlan plan = plan(Gc.of(16), 3);
        Buffer x = plan.program().buffers(Role.INPUT).getFirst();
        float[] values = F64.random(new Random(1), x.shape()).floats();
        Session closed = engine.open(plan);
        closed.run();
        closed.close();
        closed.close();
        assertThat(POOL.size()).isEqualTo(1);
        try (Session next = engine.open(plan)) {
            next.write(x, values);
            closed.close();
            assertThatIllegalStateException().isThrownBy(() -> closed.write(x, new float[values.length]));
            assertThatIllegalStateException().isThrownBy(() -> closed.read(x));
            assertThatIllegalStateException().isThrownBy(closed::run);
            assertThat(next.read(x)).isEqualTo(values);
            assertThat(POOL.size()).isZero();
        }
    }

    static Stream<Engine> devices() {
        return Devices.present().stream();
    }

    @ParameterizedTest
    @MethodSource("devices")
    void fewAndSmallProgramsAreKept(Engine engine) {
        for (int n = 2; n < 4 + ProgramPool.MOST_PROGRAMS; n++) {
            try (Session s = engine.open(plan(Se.of(16), n))) {
                s.run();
            }
        }
        assertThat(POOL.size()).isEqualTo(ProgramPool.MOST_PROGRAMS);
        POOL.clear();
        MemoryPlan large = MemoryPlan.of(
                BlockProgram.of(Se.of(16), 1, 600_000, Pass.FORWARD).program());
        assertThat(large.bytes()).isGreaterThan(ProgramPool.MOST_BYTES);
        try (Session s = engine.open(large)) {
            s.run();
        }
        try (Session _ = engine.open(plan(Se.of(16), 2))) {
            // It was opened and never ran: there is no code to keep.
            assertThat(POOL.size()).isZero();
        }
        assertThat(POOL.size()).isZero();
        assertThat(POOL.bytes()).isZero();
    }

    private static void assertAnswers(Session session, MemoryPlan plan, Map<Buffer, float[]> given) {
        try (Session java = Engines.find("java").open(plan)) {
            given.forEach(java::write);
            java.run();
            for (Buffer b : plan.program().buffers(Role.OUTPUT)) {
                float[] right = java.read(b);
                float[] found = session.read(b);
                float largest = 0;
                for (float v : right) {
                    largest = Math.max(largest, Math.abs(v));
                }
                for (int i = 0; i < right.length; i++) {
                    assertThat(found[i])
                            .as("%s[%d]", b.name(), i)
                            .isCloseTo(right[i], Offset.offset(1e-3f * largest + 1e-5f));
                }
            }
        }
    }
}
