package farsight.engine;

import farsight.text.Line;

/** A system property that this process was started with cannot be read. */
public final class SettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * One line.
     *
     * @param property its name
     * @param value as given
     * @param expected the allowed values
     */
    public SettingException(String property, String value, String expected) {
        super("-D%s=%s: %s".formatted(property, Line.excerpt(value), expected));
    }
}
