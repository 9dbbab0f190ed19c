package farsight.engine;

import farsight.text.Line;

/** An {@link EngineProvider} fails, or the id of one of its engines is taken. */
public final class ProviderException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ProviderException(String who, Throwable cause) {
        super("engines of " + who + " cannot be used: " + Line.excerpt(String.valueOf(cause.getMessage())), cause);
    }

    ProviderException(String who, Engine engine, String holder) {
        super("%s has an engine '%s', and so has %s".formatted(who, Line.excerpt(engine.id()), holder));
    }
}
