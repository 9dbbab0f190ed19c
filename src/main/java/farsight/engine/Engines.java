package farsight.engine;

import farsight.vector.VectorSupport;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The engines of this machine: the JVM's, and those of every {@link EngineProvider}. Providers are found by this class's
 * loader, as TornadoVM's devices are, and by the thread's context class loader.
 */
public final class Engines {

    private Engines() {}

    /**
     * All engines that can be used now: {@code vector}, {@code java}, the devices of TornadoVM, and other providers'
     * engines.
     *
     * @throws SettingException when a system property for devices cannot be read
     * @throws ProviderException when a provider fails, or the id of one of its engines is taken
     */
    public static List<Engine> present() {
        List<Engine> all = new ArrayList<>(host());
        all.addAll(devices());
        return all;
    }

    /** One provider of each class that is found. */
    private static List<EngineProvider> providers() {
        String service = EngineProvider.class.getName();
        List<EngineProvider> all = new ArrayList<>();
        Set<Class<?>> known = new HashSet<>();
        // The context class loader may not see this library's own provider.
        for (ClassLoader loader : Arrays.asList(
                EngineProvider.class.getClassLoader(), Thread.currentThread().getContextClassLoader())) {
            Iterator<EngineProvider> each =
                    ServiceLoader.load(EngineProvider.class, loader).iterator();
            while (attempt(service, each::hasNext)) {
                EngineProvider provider = attempt(service, each::next);
                if (known.add(provider.getClass())) {
                    all.add(provider);
                }
            }
        }
        return all;
    }

    private static List<Engine> given(EngineProvider provider) {
        List<Engine> engines = List.copyOf(Objects.requireNonNull(provider.present(), "present() returned null"));
        for (Engine engine : engines) {
            if (engine.id().isBlank()) {
                throw new IllegalArgumentException("an engine's id is blank");
            }
        }
        return engines;
    }

    /** Runs foreign code, and turns any failure into one line. */
    private static <T> T attempt(String who, Supplier<T> work) {
        try {
            return work.get();
        } catch (SettingException | DriverException | VirtualMachineError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new ProviderException(who, e);
        }
    }

    /**
     * The engines that need only this JVM: {@code vector} where the Vector API has vector instructions, and
     * {@code java}.
     */
    public static List<Engine> host() {
        Engine java = new JavaEngine();
        return VectorSupport.available() ? List.of(new VectorEngine(Workers.shared()), java) : List.of(java);
    }

    /** For people: why {@link #host} has no {@code vector}, if it has none. */
    public static String whyNoVector() {
        return VectorSupport.missing();
    }

    /**
     * The devices of TornadoVM (none where this process was started without it) and other providers' engines.
     *
     * @throws SettingException when a system property for devices cannot be read
     * @throws DriverException when TornadoVM fails to list its devices
     * @throws ProviderException when a provider fails, or the id of one of its engines is taken
     */
    public static List<Engine> devices() {
        List<Engine> all = new ArrayList<>();
        Map<String, String> holders = new HashMap<>(Map.of("vector", "Farsight itself", "java", "Farsight itself"));
        for (EngineProvider provider : providers()) {
            String who = provider.getClass().getName();
            for (Engine engine : attempt(who, () -> given(provider))) {
                String holder = holders.putIfAbsent(engine.id(), who);
                if (holder != null) {
                    throw new ProviderException(who, engine, holder);
                }
                all.add(engine);
            }
        }
        return all;
    }

    /** Whether this process was started with a TornadoVM SDK. */
    public static boolean tornadoLoaded() {
        return TornadoRuntime.present();
    }

    /**
     * The engine with that id; for an id that ends in {@code +cublas}, its {@link Engine#withLibrary}. Finding one of
     * the JVM's engines does not start TornadoVM.
     *
     * @throws LibraryException when the engine has no library
     * @throws UnknownDeviceException when there is no such engine, listing those that are there
     * @throws SettingException when a system property for devices cannot be read
     */
    public static Engine find(String id) {
        if (id.endsWith(Engine.WITH_LIBRARY)) {
            return find(id.substring(0, id.length() - Engine.WITH_LIBRARY.length()))
                    .withLibrary();
        }
        return of(id, host())
                .or(() -> of(id, devices()))
                .orElseThrow(() -> new UnknownDeviceException(
                        id, present().stream().map(Engine::id).toList()));
    }

    private static Optional<Engine> of(String id, List<Engine> engines) {
        return engines.stream().filter(e -> e.id().equals(id)).findFirst();
    }

    /**
     * The most memory that TornadoVM may use of a device, in bytes. One figure serves all devices; a device may have
     * less.
     *
     * @throws SettingException when the property that sets it cannot be read
     */
    public static long deviceMemory() {
        return MemoryLimit.asked();
    }

    /** The version of the TornadoVM that this process was started with; empty without one. */
    public static Optional<String> tornadoVersion() {
        return TornadoRuntime.version();
    }

    /** The default: {@code vector}. */
    public static Engine vector() {
        return find("vector");
    }

    /**
     * The Vector API's engine with its own threads. They are daemon threads, parked while nothing runs, and live as
     * long as the program: create one engine per program and share it.
     *
     * @param threads at least 1
     * @throws UnknownDeviceException when this JVM has no Vector API, or no instructions for it
     */
    public static Engine vector(int threads) {
        vector();
        return new VectorEngine(new Workers(threads));
    }

    /** The fastest engine in this JVM: {@code vector}, or {@code java} where {@code vector} cannot be used. */
    public static Engine preferred() {
        return host().getFirst();
    }
}
