package farsight.engine.tornado;

import farsight.engine.Engine;
import farsight.engine.EngineProvider;
import java.util.List;

/** Finds TornadoVM's devices, if this process was started with an SDK. */
public final class TornadoProvider implements EngineProvider {

    /** For {@link java.util.ServiceLoader}. */
    public TornadoProvider() {}

    /**
     * Every device of every backend, as {@code opencl:0}, {@code opencl:1}, {@code ptx:0}, …
     *
     * @throws farsight.engine.SettingException when a system property for devices cannot be read
     * @throws farsight.engine.DriverException when TornadoVM fails to list its devices
     */
    @Override
    public List<Engine> present() {
        return TornadoEngine.present();
    }
}
