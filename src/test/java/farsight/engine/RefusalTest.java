package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.program.MemoryPlan;
import farsight.program.Shape;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plan that does not fit is refused before allocation, in one line with the number and the limit. */
class RefusalTest {

    private static final long GB = 1_000_000_000;
    private static final Limits LIMITS =
            new Limits(8 * GB, "the device's memory", 2 * GB, "the device's largest allocation", 16);
    private static final MemoryPlan TINY = Fills.of(1, Shape.vector(1));

    /** 250 GB, the full affinity of 500×500 positions. */
    private static final MemoryPlan FULL_AFFINITY = Fills.of(1, Shape.matrix(250_000, 250_000));

    /** 400 GB in arrays that are allowed each. */
    private static final MemoryPlan MANY_ARRAYS = Fills.of(400, Shape.matrix(1_000, 250_000));

    /** What arrays outside the heap hold at the moment. */
    private static long outsideHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getTotalCapacity)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void anArrayOfMoreFloatsThanAnArrayHoldsIsRefused(String id) {
        Engine engine = Engines.find(id);
        long before = outsideHeap();
        assertThatThrownBy(() -> engine.open(FULL_AFFINITY))
                .isInstanceOf(RefusedException.class)
                .hasMessage("output0 [1, 250000, 250000] needs 62,500,000,000 floats in one array (250 GB);"
                        + " one array can have at most %,d here (%s, %s)"
                                .formatted(
                                        engine.limits().arrayFloats(),
                                        Bytes.text(engine.limits().arrayFloats() * Float.BYTES),
                                        engine.limits().arrayFloats() < MemoryPlan.MAX_ARRAY_ELEMENTS
                                                ? engine.limits().arrayName()
                                                : Limits.COUNTED));
        assertThat(outsideHeap()).isLessThanOrEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void plansThatExceedMemoryAreRefusedWithBothNumbers(String id) {
        Engine engine = Engines.find(id);
        long before = outsideHeap();
        assertThatThrownBy(() -> engine.open(MANY_ARRAYS))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("needs 400 GB; ")
                .hasMessageContaining(Bytes.text(engine.limits().memoryBytes()))
                .hasMessageNotContaining("\n");
        assertThat(outsideHeap()).isLessThanOrEqualTo(before);
    }

    @Test
    void plansHeldTogetherFitOnlyIfTheirSumDoes() {
        MemoryPlan a = Fills.of(1, Shape.vector(250));
        MemoryPlan b = Fills.of(2, Shape.vector(500));
        for (String id : List.of("java", "vector")) {
            Engine engine = Engines.find(id);
            long sum = engine.predictedBytes(a) + engine.predictedBytes(b);
            assertThat(engine.refusal(List.of(a, b), sum, 0)).isEmpty();
            assertThat(engine.refusal(List.of(a, b), sum - 1, 0))
                    .hasValueSatisfying(why -> assertThat(why)
                            .startsWith("needs %s (%s + %s); the budget is "
                                    .formatted(
                                            Bytes.text(sum),
                                            Bytes.text(engine.predictedBytes(a)),
                                            Bytes.text(engine.predictedBytes(b)))));
            assertThat(engine.refusal(b, sum - 1)).isEmpty();
        }
        assertThat(LIMITS.refusal(List.of(TINY, FULL_AFFINITY), Long.MAX_VALUE))
                .hasValueSatisfying(why -> assertThat(why).startsWith("output0 [1, 250000, 250000] needs "));
    }

    @Test
    void aSessionsMemoryIsCountedAsOffHeap() {
        try (Session session = Engines.vector().open(Fills.of(1, Shape.vector(50_000_000)))) {
            assertThat(outsideHeap()).isGreaterThanOrEqualTo(session.bytes());
        }
    }

    /** Arrays that are there once would fit, those and a CPU device's copies do not. */
    @Test
    void aDeviceThatSharesHostMemoryNeedsTwiceThePlan() {
        int gigabytes = Math.toIntExact(HostMemory.available() * 9 / 10 / GB);
        assumeThat(gigabytes).as("free memory in GB").isPositive();
        MemoryPlan plan = Fills.of(gigabytes, Shape.vector(GB / Float.BYTES));
        long before = outsideHeap();
        assertThatThrownBy(() -> new HostArrays(plan, true))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("needs " + Bytes.text(plan.bytes()) + " of arrays, ")
                .hasMessageContaining(
                        " with a CPU device's copies of them and the rest of the process; this machine has ")
                .hasMessageEndingWith(" free at the moment");
        assertThat(outsideHeap()).isLessThanOrEqualTo(before);
    }

    @Test
    void plansThatFitAreNotRefused() {
        assertThat(LIMITS.refusal(TINY, 20)).isEmpty();
        assertThat(LIMITS.refusal(Fills.of(3, Shape.vector(499_999_996)), Long.MAX_VALUE))
                .isEmpty();
    }

    @Test
    void theUsersBudgetCountsHeadersToTheByte() {
        assertThat(LIMITS.refusal(TINY, 19)).hasValue("needs 20 B; the budget is 19 B");
        assertThat(LIMITS.refusal(Fills.of(4, Shape.vector(250_000_000)), 3 * GB))
                .hasValue("needs 4.00 GB; the budget is 3.00 GB");
    }

    @Test
    void theDevicesMemoryIsALimitByItsName() {
        assertThat(LIMITS.refusal(Fills.of(5, Shape.vector(450_000_000)), Long.MAX_VALUE))
                .hasValue("needs 9.00 GB; the device's memory is 8.00 GB");
    }

    @Test
    void theDevicesLargestAllocationIsALimitHeaderIncluded() {
        assertThat(LIMITS.refusal(Fills.of(1, Shape.vector(499_999_997)), Long.MAX_VALUE))
                .hasValue("output0 [1, 1, 499999997] needs 499,999,997 floats in one array (2.00 GB);"
                        + " one array can have at most 499,999,996 here (2.00 GB, the device's largest allocation)");
    }

    @Test
    void sizesNearTheEndOfALongAreRefusedAndDoNotOverflow() {
        assertThat(LIMITS.refusal(Fills.of(3, new Shape(1, 1L << 30, 1L << 30)), Long.MAX_VALUE))
                .hasValueSatisfying(why -> assertThat(why).contains("1,152,921,504,606,846,976 floats"));
        assertThat(LIMITS.refusal(Fills.of(1, Shape.vector(1L << 31)), Long.MAX_VALUE))
                .hasValueSatisfying(why -> assertThat(why).contains("2,147,483,648 floats"));
    }

    /** The bytes of such an array exceed an int, and so what some releases of TornadoVM's API can count. */
    @Test
    void anArrayBeyondTwoGigabytesIsAllocatedWholeOrRefused() {
        MemoryPlan plan = Fills.of(1, Shape.vector((1L << 29) + 1));
        try (Session session = Engines.find("java").open(plan)) {
            assertThat(session.bytes()).isEqualTo(plan.bytes());
        } catch (RefusedException e) {
            assertThat(e).hasMessageContaining("536,870,913 floats in one array (2.15 GB)");
        }
    }
}
