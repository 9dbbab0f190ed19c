package farsight.task;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A kind of task: its name, its rule and its options. {@link Tasks#parse} and the list of tasks both read it.
 *
 * @param name before the colon
 * @param rule in one line
 * @param options in the order in which {@link Task#describe} names them
 * @param maker of a task with these options
 */
public record TaskKind(String name, String rule, List<TaskOption> options, Maker maker) {

    /** Makes a task from its options. */
    interface Maker extends Function<TaskOptions, Task> {}

    /** Copies the list. */
    public TaskKind {
        options = List.copyOf(options);
    }

    Task parse(String text) {
        return maker.apply(new TaskOptions(this, text));
    }

    /** The name with its options, as {@link Task#describe} gives it. */
    String describe(Object... values) {
        if (values.length != options.size()) {
            throw new IllegalArgumentException(
                    "%d values for the %d options of task %s".formatted(values.length, options.size(), name));
        }
        return IntStream.range(0, values.length)
                .mapToObj(i -> options.get(i).name() + "=" + values[i])
                .collect(Collectors.joining(",", name + ":", ""));
    }
}
