package farsight.engine;

import farsight.vector.VectorSupport;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.List;

/** The engines of this machine. */
public final class Engines {

    private Engines() {}

    /** All that can be used now: {@code java}, {@code vector}, and the devices of TornadoVM. */
    public static List<Engine> present() {
        List<Engine> all = new ArrayList<>(List.of(new JavaEngine()));
        if (VectorSupport.available()) {
            all.addFirst(new VectorEngine(Workers.shared()));
        }
        all.addAll(TornadoEngine.present());
        return all;
    }

    /**
     * The engine of that id.
     *
     * @throws UnknownDeviceException when there is none, listing those that are
     */
    public static Engine find(String id) {
        List<Engine> all = present();
        return all.stream()
                .filter(e -> e.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new UnknownDeviceException(
                        id, all.stream().map(Engine::id).toList()));
    }

    /** The default: {@code vector}. */
    public static Engine vector() {
        return find("vector");
    }
}
