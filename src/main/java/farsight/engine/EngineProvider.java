package farsight.engine;

import java.util.List;

/**
 * Engines from other libraries, found by {@link java.util.ServiceLoader}. A provider is a public class with a
 * no-argument constructor, named in {@code META-INF/services/farsight.engine.EngineProvider} of its jar.
 */
public interface EngineProvider {

    /**
     * The engines that can be used on this machine now, in the order in which they are listed.
     *
     * @return engines with unique ids; empty where there is none
     */
    List<Engine> present();
}
