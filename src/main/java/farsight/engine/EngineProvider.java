package farsight.engine;

import java.util.List;

/**
 * Engines of another's making, found by {@link java.util.ServiceLoader}: a public class with a constructor without
 * parameters, named in {@code META-INF/services/farsight.engine.EngineProvider} of its jar.
 */
public interface EngineProvider {

    /**
     * The engines that can be used on this machine now, in the order in which they are listed.
     *
     * @return engines whose ids no other engine has; empty where there is none
     */
    List<Engine> present();
}
