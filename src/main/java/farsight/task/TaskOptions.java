package farsight.task;

import farsight.block.spec.SpecException;
import farsight.text.Nearest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/** The values of a task's options: those given after its name, the others' standard ones. */
final class TaskOptions {

    private final TaskKind kind;
    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * Reads the text after a task's name and its colon.
     *
     * @param text {@code name=value} with commas between them; may be empty
     * @throws SpecException when an option is unknown, given twice, or missing
     */
    TaskOptions(TaskKind kind, String text) {
        this.kind = kind;
        for (String option : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] pair = option.split("=", 2);
            if (pair.length < 2 || values.put(pair[0].strip(), pair[1].strip()) != null) {
                throw new SpecException(
                        "task %s has the option '%s', expected each once as name=value".formatted(kind.name(), option));
            }
        }
        List<String> known = kind.options().stream().map(TaskOption::name).toList();
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new SpecException("task %s has no option '%s', only %s%s"
                        .formatted(kind.name(), name, String.join(", ", known), Nearest.hint(name, known)));
            }
        }
        for (TaskOption option : kind.options()) {
            values.computeIfAbsent(
                    option.name(),
                    name -> option.otherwise()
                            .orElseThrow(() -> new SpecException("task %s needs %s=…, %s %s"
                                    .formatted(kind.name(), name, option.values(), option.about()))));
        }
    }

    /** The value of a whole number. */
    int whole(String name) {
        return option(TaskOption.Whole.class, name).parse(kind.name(), value(name));
    }

    /**
     * The value of an option of text.
     *
     * @throws SpecException when it is empty
     */
    String words(String name) {
        TaskOption.Words option = option(TaskOption.Words.class, name);
        if (value(name).isEmpty()) {
            throw new SpecException(
                    "task %s has %s= without a value, expected %s".formatted(kind.name(), name, option.values()));
        }
        return value(name);
    }

    /**
     * The value of an option that names a folder.
     *
     * @throws SpecException when it is no path
     */
    Path folder(String name) {
        try {
            return Path.of(words(name));
        } catch (InvalidPathException e) {
            throw new SpecException(
                    "task %s has %s=%s, which is no path: %s".formatted(kind.name(), name, value(name), e.getReason()));
        }
    }

    private String value(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new NoSuchElementException("task " + kind.name() + " declares no option " + name);
        }
        return value;
    }

    private <T extends TaskOption> T option(Class<T> type, String name) {
        return kind.options().stream()
                .filter(o -> o.name().equals(name))
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
