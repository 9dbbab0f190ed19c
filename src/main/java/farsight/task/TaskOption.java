package farsight.task;

import farsight.block.spec.SpecException;
import java.util.Optional;

/** An option of a task, as {@link Tasks#parse} reads it and the list of tasks shows it. */
public sealed interface TaskOption {

    /** Its name. */
    String name();

    /** Its meaning, in a few words. */
    String about();

    /** Its value where none is given, as text; empty if one must be given. */
    Optional<String> otherwise();

    /** The values that it takes, in words. */
    String values();

    /**
     * A whole number.
     *
     * @param standard where none is given
     * @param least value
     * @param most value
     */
    record Whole(String name, int standard, int least, int most, String about) implements TaskOption {

        @Override
        public Optional<String> otherwise() {
            return Optional.of(String.valueOf(standard));
        }

        @Override
        public String values() {
            return "a whole number from %d to %d".formatted(least, most);
        }

        /**
         * Reads a value.
         *
         * @param task for messages
         * @throws SpecException when the text is no whole number, or one out of range
         */
        int parse(String task, String text) {
            try {
                int value = Integer.parseInt(text);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException _) {
                // The message below serves both.
            }
            throw new SpecException("task %s has %s=%s, expected %s".formatted(task, name, text, values()));
        }
    }

    /**
     * Text without a comma.
     *
     * @param otherwise where none is given; empty if one must be
     * @param values in words
     */
    record Words(String name, Optional<String> otherwise, String values, String about) implements TaskOption {}
}
