package farsight.task;

import farsight.block.spec.SpecException;
import farsight.text.Nearest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** The tasks by name, with options: {@code recall} or {@code recall:keys=8,size=24}. */
public final class Tasks {

    private static final List<String> NAMES = List.of("recall", "count");

    private Tasks() {}

    /** All names. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Reads a task.
     *
     * @throws SpecException when there is no such task or option, or an option has no such value
     */
    public static Task parse(String text) {
        String[] parts = text.split(":", 2);
        Options options = new Options(parts[0], parts.length == 1 ? "" : parts[1]);
        Task task = switch (parts[0]) {
            case "recall" ->
                new Recall(
                        options.number("size", 16, 4, 256),
                        options.number("keys", 4, 1, 64),
                        options.number("values", 4, 2, 64),
                        options.number("queries", 8, 1, 1024),
                        options.number("distance", 6, 0, 256),
                        options.number("distractors", 0, 0, 1024));
            case "count" ->
                new Count(
                        options.number("size", 32, 12, 512),
                        options.number("shapes", 15, 3, 999),
                        options.number("margin", 3, 1, 999));
            default ->
                throw new SpecException("no task '%s', expected one of %s%s"
                        .formatted(parts[0], String.join(", ", NAMES), Nearest.hint(parts[0], NAMES)));
        };
        options.rejectOthers();
        return task;
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

    /** The options after a task's name. */
    private static final class Options {
        private final String task;
        private final Map<String, String> given = new LinkedHashMap<>();
        private final Map<String, String> known = new LinkedHashMap<>();

        Options(String task, String text) {
            this.task = task;
            for (String option : text.isEmpty() ? new String[0] : text.split(",")) {
                String[] pair = option.split("=", 2);
                if (pair.length < 2 || given.put(pair[0].strip(), pair[1].strip()) != null) {
                    throw new SpecException(
                            "task %s has the option '%s', expected each once as name=value".formatted(task, option));
                }
            }
        }

        int number(String name, int otherwise, int least, int most) {
            String text = given.get(name);
            known.put(name, String.valueOf(otherwise));
            if (text == null) {
                return otherwise;
            }
            try {
                int value = Integer.parseInt(text);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException _) {
                // The message below serves both.
            }
            throw new SpecException("task %s has %s=%s, expected a whole number from %d to %d"
                    .formatted(task, name, text, least, most));
        }

        void rejectOthers() {
            given.keySet().stream()
                    .filter(name -> !known.containsKey(name))
                    .findFirst()
                    .ifPresent(name -> {
                        throw new SpecException("task %s has no option '%s', only %s%s"
                                .formatted(
                                        task,
                                        name,
                                        String.join(", ", known.keySet()),
                                        Nearest.hint(name, known.keySet())));
                    });
        }
    }

    static List<Long> square(int size) {
        return Arrays.asList((long) size, (long) size);
    }
}
