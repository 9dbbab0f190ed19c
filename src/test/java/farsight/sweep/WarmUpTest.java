package farsight.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Warm-up with simulated clocks. */
class WarmUpTest {

    private static final long MS = 1_000_000;

    private final AtomicLong runs = new AtomicLong();
    private long clock;

    private long took(long nanos) {
        runs.incrementAndGet();
        clock += nanos;
        return nanos;
    }

    @Test
    void steadyRunsAreWarmAfterTheLeastTime() {
        assertThat(WarmUp.settled(MS, () -> took(MS), () -> false, Effort.THOROUGH))
                .isTrue();
        assertThat(clock).isEqualTo(Effort.THOROUGH.leastNanos());
    }

    @Test
    void runsAreNotWarmWhileTheCompilerWorks() {
        // 137 ms a run until the compiler is done after four seconds, then 3 ms.
        assertThat(WarmUp.settled(
                        500 * MS,
                        () -> took(clock < 4_000 * MS ? 137 * MS : 3 * MS),
                        () -> clock < 4_000 * MS,
                        Effort.THOROUGH))
                .isTrue();
        assertThat(clock).isBetween(4_000 * MS + Effort.THOROUGH.calmNanos(), 5_000 * MS);
    }

    @Test
    void runsThatGetFasterAreNotWarmEvenIfTheCompilerIsIdle() {
        assertThat(WarmUp.settled(
                        250 * MS,
                        () -> took(clock < 2_000 * MS ? 200 * MS - clock / 15 : 90 * MS),
                        () -> false,
                        Effort.THOROUGH))
                .isTrue();
        assertThat(clock).isGreaterThan(2_000 * MS + Effort.THOROUGH.calmNanos());
    }

    @Test
    void warmUpEndsWithANoteIfTimesNeverSettle() {
        assertThat(WarmUp.settled(MS, () -> took(MS), () -> true, Effort.THOROUGH))
                .isFalse();
        assertThat(clock).isEqualTo(Effort.THOROUGH.mostNanos());
    }

    @Test
    void longRunsAreFew() {
        assertThat(WarmUp.settled(900 * MS, () -> took(900 * MS), () -> false, Effort.THOROUGH))
                .isTrue();
        assertThat(runs).hasValue(1);
    }
}
