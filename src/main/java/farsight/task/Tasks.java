package farsight.task;

import farsight.block.spec.SpecException;
import farsight.text.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The tasks by name, with options: {@code recall} or {@code recall:keys=8,size=24}. */
public final class Tasks {

    private static final List<TaskKind> KINDS = List.of(Recall.KIND, Count.KIND, Pair.KIND, Rooms.KIND, Scenes.KIND);

    private Tasks() {}

    /** All kinds. */
    public static List<TaskKind> kinds() {
        return KINDS;
    }

    /** All names. */
    public static List<String> names() {
        return KINDS.stream().map(TaskKind::name).toList();
    }

    /**
     * The kind of a task.
     *
     * @param text its name, with options or without
     * @throws SpecException when there is no such task
     */
    public static TaskKind kind(String text) {
        String name = text.split(":", 2)[0];
        return KINDS.stream()
                .filter(k -> k.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new SpecException("no task '%s', expected one of %s%s"
                        .formatted(name, String.join(", ", names()), Nearest.hint(name, names()))));
    }

    /**
     * Reads a task, and the files of one that has a folder.
     *
     * @throws SpecException when there is no such task or option, or an option has no such value
     * @throws farsight.data.DataException when a file is missing or damaged
     */
    public static Task parse(String text) {
        String[] parts = text.split(":", 2);
        return kind(text).parse(parts.length == 1 ? "" : parts[1]);
    }

    /**
     * The generator of one sample. A seed's samples have different generators, and no seed shares one with the held-out
     * samples.
     *
     * @param seed of a run, or {@link Task#HELD_OUT}
     * @param index at least 0
     */
    static RandomGenerator random(long seed, long index) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(state(seed, index));
    }

    /** What a sample's generator begins from. */
    static long state(long seed, long index) {
        // Two rounds of a mixing function, so that neighbouring seeds and indices give unrelated generators. The upper
        // bit tells training from held-out samples; as the second round is a bijection, both stay apart.
        long stream = mix(seed) ^ index;
        return mix(seed == Task.HELD_OUT ? stream & Long.MAX_VALUE : stream | Long.MIN_VALUE);
    }

    private static long mix(long x) {
        long z = x + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    static List<Long> square(int size) {
        return Arrays.asList((long) size, (long) size);
    }
}
