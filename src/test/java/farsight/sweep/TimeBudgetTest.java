package farsight.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.Pass;
import farsight.block.Se;
import org.junit.jupiter.api.Test;

/** Estimates of a point's time from earlier points. */
class TimeBudgetTest {

    private static final long MS = 1_000_000;
    private static final SweepPlan.Visit VISIT = new SweepPlan.Visit("se", Se.of(16), 0, 64, Pass.FORWARD_BACKWARD);

    private final TimeBudget second = new TimeBudget(1_000 * MS, false);

    private static Point point(String device, long flops, long median, long kernels) {
        return new Point(
                "se",
                "{}",
                1,
                64,
                16,
                0,
                Pass.FORWARD_BACKWARD,
                device,
                Status.OK,
                "",
                1,
                flops,
                1,
                1,
                1,
                1,
                1,
                3,
                median,
                median,
                kernels,
                median,
                -1);
    }

    private void ran(String device, long flops, long median, long kernels) {
        second.ran(VISIT, point(device, flops, median, kernels));
    }

    @Test
    void aBlockThatNeverRanHasNoEstimate() {
        ran("vector", 1, 100 * MS, -1);
        assertThat(second.refusal(VISIT, "java", Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void launchingDoesNotGrowWithTheOperations() {
        // 10 ms of launching, 1 ms of kernels: a hundred times the operations take 110 ms, not 1.1 s.
        ran("opencl:0", 1_000, 11 * MS, MS);
        assertThat(second.refusal(VISIT, "opencl:0", 100_000)).isEmpty();
        assertThat(second.refusal(VISIT, "opencl:0", 980_000)).isEmpty();
        assertThat(second.refusal(VISIT, "opencl:0", 1_000_000))
                .hasValue("would take about 1.01 s per run, at the rate of N = 64; the limit is 1.00 s");
    }

    @Test
    void onePointWithoutKernelTimesIsAllGrowthExceptAMillisecond() {
        ran("vector", 1_000, 12 * MS, -1);
        assertThat(second.refusal(VISIT, "vector", 90_000)).isEmpty();
        assertThat(second.refusal(VISIT, "vector", 100_000)).isPresent();
    }

    @Test
    void twoPointsSeparateGrowingTimeFromConstantTime() {
        // 1 ms and 2 ms for each thousand operations.
        ran("vector", 1_000, 3 * MS, -1);
        ran("vector", 2_000, 5 * MS, -1);
        assertThat(second.refusal(VISIT, "vector", 499_000)).isEmpty();
        assertThat(second.refusal(VISIT, "vector", 501_000)).isPresent();
    }

    @Test
    void timesThatDoNotRiseHideNoGrowth() {
        ran("vector", 1_000, 5 * MS, -1);
        ran("vector", 2_000, 4 * MS, -1);
        // At least a quarter of the 4 ms grows.
        assertThat(second.refusal(VISIT, "vector", 1_900_000)).isEmpty();
        assertThat(second.refusal(VISIT, "vector", 2_100_000)).isPresent();
    }

    @Test
    void aPointWithAsManyOperationsReplacesThePreviousOne() {
        ran("vector", 1_000, 4 * MS, -1);
        ran("vector", 1_000, 3 * MS, -1);
        assertThat(second.refusal(VISIT, "vector", 490_000)).isEmpty();
        assertThat(second.refusal(VISIT, "vector", 510_000)).isPresent();
    }

    @Test
    void withoutALimitNothingIsRefused() {
        TimeBudget any = new TimeBudget(Long.MAX_VALUE, false);
        any.ran(VISIT, point("vector", 1, 1_000_000 * MS, -1));
        assertThat(any.refusal(VISIT, "vector", Long.MAX_VALUE)).isEmpty();
    }
}
