package farsight.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.spec.SpecException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "recall",
                "recall:size=20,distractors=3",
                "count:margin=5",
                "rooms",
                "rooms: points = 2000 , lift=0",
            })
    void aDescriptionGivesTheSameTask(String text) {
        Task task = Tasks.parse(text);
        assertThat(Tasks.parse(task.describe()).describe()).isEqualTo(task.describe());
        assertThat(Tasks.parse(task.describe()).draw(3, 1, 1)).isEqualTo(task.draw(3, 1, 1));
    }

    @Test
    void aDescriptionGivesTheSameTaskOfAFolder(@TempDir Path folder) {
        SmallItems.write(folder, 2, (_, item, row, column) -> 7 * item + row + column);
        Task task = Tasks.parse("pair:classes=2,shrink=1,size=20,distance=6,folder=" + folder);
        assertThat(task.describe()).contains(folder.toString());
        assertThat(Tasks.parse(task.describe()).draw(3, 1, 2)).isEqualTo(task.draw(3, 1, 2));
    }

    static Stream<TaskKind> kinds() {
        return Tasks.kinds().stream();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void numbersOutOfRangeAndOtherOptionsAreOneLineThatSaysWhatIsExpected(TaskKind kind) {
        String need = kind.options().stream()
                .filter(o -> o.otherwise().isEmpty())
                .map(o -> "," + o.name() + "=/nowhere")
                .findFirst()
                .orElse("");
        for (TaskOption option : kind.options()) {
            assertThat(option.about()).isNotBlank();
            if (option instanceof TaskOption.Whole whole) {
                assertThat(whole.standard()).isBetween(whole.least(), whole.most());
                for (String value : List.of(whole.least() - 1 + "", whole.most() + 1L + "", "", "1.5", "many", "1e3")) {
                    assertThatThrownBy(
                                    () -> Tasks.parse("%s:%s=%s%s".formatted(kind.name(), whole.name(), value, need)))
                            .isInstanceOf(SpecException.class)
                            .hasMessage("task %s has %s=%s, expected %s"
                                    .formatted(kind.name(), whole.name(), value, whole.values()));
                }
            }
        }
        String first = kind.options().getFirst().name();
        for (String bad : List.of(first, first + "=1," + first + "=1", ",", first + "=1,")) {
            assertThatThrownBy(() -> Tasks.parse(kind.name() + ":" + bad))
                    .isInstanceOf(SpecException.class)
                    .hasMessageContaining("expected each once as name=value");
        }
        assertThatThrownBy(() -> Tasks.parse(kind.name() + ":" + first + "s=1"))
                .isInstanceOf(SpecException.class)
                .hasMessageContaining("did you mean \"" + first + "\"?");
    }
}
