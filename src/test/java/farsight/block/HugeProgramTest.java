package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.RefusedException;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recording and planning are symbolic: any N costs what a small one costs, and the numbers are exact. */
class HugeProgramTest {

    /** 500×500 positions. */
    private static final Grid TALK = new Grid(500, 500);

    private static final long N = 250_000;

    /** What recording and planning may allocate on the heap. */
    private static final long LITTLE = 16_000_000;

    static List<Block> blocks() {
        return Forms.all();
    }

    static Stream<Block> fullAffinities() {
        return Stream.of(
                Dense.of(64),
                new Dense(64, Dense.Normalizer.SOFTMAX),
                NonLocal.of(64),
                NonLocal.of(64).withMode(NonLocal.Mode.GAUSSIAN),
                NonLocal.of(64).withMode(NonLocal.Mode.DOT_PRODUCT),
                NonLocal.of(64).withMode(NonLocal.Mode.CONCATENATION));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void recordingAndPlanningAQuarterOfAMillionPositionsAllocatesLittle(Block block) {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long before = threads.getCurrentThreadAllocatedBytes();
        MemoryPlan plan = MemoryPlan.of(BlockProgram.of(block, 8, Forms.lie(block, TALK), Pass.FORWARD_BACKWARD)
                .program());
        assertThat(plan.bytes()).isGreaterThan(4 * 8 * N * block.channels());
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(LITTLE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blocks")
    void theStepsOfAProgramDoNotDependOnItsSize(Block block) {
        Program small = BlockProgram.of(block, 8, Forms.lie(block, new Grid(30, 30)), Pass.FORWARD_BACKWARD)
                .program();
        Program large = BlockProgram.of(block, 8, Forms.lie(block, TALK), Pass.FORWARD_BACKWARD)
                .program();
        assertThat(large.steps())
                .extracting("class")
                .isEqualTo(small.steps().stream().map(Object::getClass).toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fullAffinities")
    void theFullAffinityOfTheTalkTakesTwoHundredAndFiftyGigabytes(Block block) {
        MemoryPlan plan =
                MemoryPlan.of(BlockProgram.of(block, 1, TALK, Pass.FORWARD).program());
        Buffer affinity = plan.largest();
        assertThat(affinity.shape().bytes()).isEqualTo(N * N * 4).isEqualTo(250_000_000_000L);
        assertThat(plan.bytes(Role.INTERMEDIATE))
                .isGreaterThanOrEqualTo(N * N * 4)
                .isLessThan(N * N * 4 + 6 * N * 64 * 4);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fullAffinities")
    void theFullAffinityOfTheTalkIsRefusedByEveryEngine(Block block) {
        MemoryPlan plan = MemoryPlan.of(
                BlockProgram.of(block, 1, TALK, Pass.FORWARD_BACKWARD).program());
        for (Engine engine : Engines.present()) {
            assertThatThrownBy(() -> engine.open(plan))
                    .as(engine.id())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("[1, 250000, 250000] needs 62,500,000,000 floats in one array");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fullAffinities")
    void anAffinityLargerThanALongIsRefused(Block block) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlockProgram.of(block, 1, 1L << 31, Pass.FORWARD))
                .withMessageContaining("[1, 2147483648, 2147483648] floats exceeds 2^63 bytes");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fullAffinities")
    void anAffinityJustWithinALongIsCountedExactlyOrRefused(Block block) {
        Program program =
                BlockProgram.of(block, 1, 1L << 30, Pass.FORWARD_BACKWARD).program();
        MemoryPlan plan = MemoryPlan.of(program);
        assertThat(plan.largest().shape().bytes()).isEqualTo(1L << 62);
        assertThat(exactBytes(plan)).isIn(OptionalLong.empty(), OptionalLong.of(bytesOneByOne(plan)));
        assertThatThrownBy(program::flops).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(program::bytesMoved).isInstanceOf(ArithmeticException.class);
        assertThat(Engines.vector().limits().refusal(plan, Long.MAX_VALUE)).isPresent();
    }

    /** A plan's bytes, or none where a long cannot count them: two affinities are too many, one is not. */
    private static OptionalLong exactBytes(MemoryPlan plan) {
        try {
            return OptionalLong.of(plan.bytes());
        } catch (ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    private static long bytesOneByOne(MemoryPlan plan) {
        BigInteger sum = BigInteger.ZERO;
        for (int slot = 0; slot < plan.arrays(); slot++) {
            sum = sum.add(BigInteger.valueOf(plan.elements(slot)).multiply(BigInteger.valueOf(Float.BYTES)));
        }
        return sum.bitLength() < Long.SIZE ? sum.longValue() : -1;
    }

    static Stream<Block> withoutAffinity() {
        return Stream.of(LatentGnn.of(64, 100), LatentGnnTalk.of(64, 100), Gc.of(64), new Snl(64), Se.of(64));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("withoutAffinity")
    void morePositionsThanAnIntAreCountedExactlyAndRefused(Block block) {
        long n = (1L << 31) + 1;
        Program program = BlockProgram.of(block, 1, n, Pass.FORWARD_BACKWARD).program();
        MemoryPlan plan = MemoryPlan.of(program);
        assertThat(plan.bytes(Role.INPUT)).isEqualTo(2 * 4 * n * 64);
        assertThat(program.flops()).isGreaterThan(n * 64);
        assertThat(program.bytesMoved()).isGreaterThan(4 * n * 64);
        assertThat(Engines.vector().limits().refusal(plan, Long.MAX_VALUE))
                .hasValueSatisfying(why -> assertThat(why).contains("floats in one array"));
    }

    @Test
    void anOverflowingOperationCountIsAnError() {
        Block streaming = NonLocal.of(64).withAttention(NonLocal.Attention.STREAMING);
        assertThat(BlockProgram.of(streaming, 1, N, Pass.FORWARD_BACKWARD)
                        .program()
                        .flops())
                .isGreaterThan(4 * N * N * 64);
        Program beyond =
                BlockProgram.of(streaming, 1, 1L << 31, Pass.FORWARD_BACKWARD).program();
        assertThatThrownBy(beyond::flops).isInstanceOf(ArithmeticException.class);
    }
}
