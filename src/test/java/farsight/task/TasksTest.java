package farsight.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TasksTest {

    private static final long SAMPLES = 1000;

    /** The inverse of the mixing function of SplitMix64, which spreads a seed over all bits. */
    private static long unmixed(long mixed) {
        long z = mixed;
        z = z ^ z >>> 31 ^ z >>> 62;
        z *= 0x319642b2d24d8ec3L;
        z = z ^ z >>> 27 ^ z >>> 54;
        z *= 0x96de1b173f119089L;
        z = z ^ z >>> 30 ^ z >>> 60;
        return z - 0x9e3779b97f4a7c15L;
    }

    private static long mixed(long x) {
        long z = x + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    private static Set<Long> states(long seed) {
        Set<Long> all = new HashSet<>();
        for (long i = 0; i < SAMPLES; i++) {
            all.add(Tasks.state(seed, i));
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 7, 500, 999, Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE})
    void noSeedSharesASampleWithTheHeldOut(long apart) {
        // A seed whose samples would be the held-out ones in another order, if only seed and index decided.
        long seed = unmixed(mixed(Task.HELD_OUT) ^ apart);
        assertThat(mixed(seed) ^ apart).isEqualTo(mixed(Task.HELD_OUT));
        if (seed != Task.HELD_OUT) {
            assertThat(states(seed)).doesNotContainAnyElementsOf(states(Task.HELD_OUT));
        }
        assertThat(states(apart == Task.HELD_OUT ? 1 : apart)).doesNotContainAnyElementsOf(states(Task.HELD_OUT));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 77, Task.HELD_OUT})
    void aSeedsSamplesHaveDifferentGenerators(long seed) {
        assertThat(states(seed)).hasSize(Math.toIntExact(SAMPLES));
    }

    @Test
    void aSampleIsAFunctionOfItsSeedAndItsIndexHoweverItIsBatched() {
        for (String name : List.of("recall", "count", "rooms:points=1024")) {
            Task task = Tasks.parse(name);
            float[] whole = task.draw(5, 0, 6).x().toArray();
            float[] part = task.training(5, 2).batch(2).x().toArray();
            assertThat(part).isEqualTo(java.util.Arrays.copyOfRange(whole, whole.length * 4 / 6, whole.length));
        }
    }
}
