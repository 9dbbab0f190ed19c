package farsight.cli.option;

import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.LibraryException;
import farsight.model.Model;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Options for the device and its memory budget. */
public final class DeviceOptions {

    private static final String VECTOR = "vector";

    /** The value for every device except the plain loops. */
    public static final String ALL = "all";

    /** Prefix of the ids of devices that can call a library. */
    private static final String CUDA = "cuda:";

    private static final String THREADS_ARE_VECTORS = "--threads is for the vector engine, not for --device %s";
    private static final int MOST_THREADS = 1024;

    /** Reads {@code 8GB}. */
    static final class Size implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            try {
                return Bytes.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** Completion candidates, looked up on demand because finding devices takes time. */
    public static final class Devices implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Engines.present().stream().map(Engine::id).iterator();
        }
    }

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--device",
            completionCandidates = Devices.class,
            paramLabel = "D",
            description = "Where to run: vector, java, or a device that `farsight devices` lists (default: vector).")
    private @Nullable String device;

    @Option(
            names = "--threads",
            paramLabel = "T",
            description = "Threads of the vector engine (default: one per core of this machine or container).")
    private @Nullable Integer threads;

    @Option(
            names = "--libraries",
            description =
                    "Compute matrix products with cuBLAS instead of Farsight's kernels, on devices of TornadoVM's CUDA"
                            + " backend: cuda:0 becomes cuda:0+cublas. A sweep measures both.")
    private boolean libraries;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = Size.class,
            description =
                    "Refuse blocks and inputs that would take more memory, for example 8GB or 512MiB (default: the"
                            + " device's memory).")
    private long memory = Model.UNLIMITED;

    /** The requested engine. */
    public Engine engine() {
        return libraries ? withLibrary(plainEngine()) : plainEngine();
    }

    private Engine plainEngine() {
        if (threads != null) {
            return threaded(threads);
        }
        return device != null ? Engines.find(device) : preferred();
    }

    /**
     * Engines that compute at the same time, each on its own: the vector engine with one thread, once per thread; or
     * the requested device alone.
     */
    public List<Engine> workers() {
        Engine engine = engine();
        int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        return engine.id().equals(VECTOR)
                ? IntStream.range(0, count).mapToObj(_ -> vector(1)).toList()
                : List.of(engine);
    }

    /**
     * The engines of a list, in its order: names separated by commas, or {@code all} for every engine except the plain
     * loops, which are far slower. Duplicates count once. With libraries, an engine that can call one appears a second
     * time with the library.
     */
    public List<Engine> engines() {
        List<Engine> plain = plainEngines();
        if (!libraries) {
            return plain;
        }
        List<Engine> able = plain.stream().filter(e -> e.id().startsWith(CUDA)).toList();
        if (able.isEmpty()) {
            return List.of(withLibrary(plain.getFirst()));
        }
        Map<String, Engine> all = new LinkedHashMap<>();
        for (Engine e : plain) {
            all.put(e.id(), e);
            if (able.contains(e)) {
                Engine with = withLibrary(e);
                all.put(with.id(), with);
            }
        }
        return List.copyOf(all.values());
    }

    /** The engine of {@link #engines} with this id. */
    public Engine one(String id) {
        return threads != null && id.equals(VECTOR) ? vector(threads) : Engines.find(id);
    }

    private List<Engine> plainEngines() {
        if (device == null || (!device.contains(",") && !device.equals(ALL))) {
            return List.of(plainEngine());
        }
        Map<String, Engine> all = new LinkedHashMap<>();
        if (device.equals(ALL)) {
            Engines.present().forEach(e -> all.put(e.id(), e));
            all.remove("java");
        } else {
            for (String id : device.split(",", -1)) {
                if (id.strip().equals(ALL)) {
                    throw new ParameterException(
                            command.commandLine(), "--device all cannot be part of a list: " + device);
                }
                all.put(id.strip(), Engines.find(id.strip()));
            }
        }
        if (threads != null) {
            if (!all.containsKey(VECTOR)) {
                throw new ParameterException(command.commandLine(), THREADS_ARE_VECTORS.formatted(device));
            }
            all.put(VECTOR, vector(threads));
        }
        return List.copyOf(all.values());
    }

    /** Whether {@code --device all} was given. */
    public boolean all() {
        return ALL.equals(device);
    }

    private Engine withLibrary(Engine engine) {
        try {
            return engine.withLibrary();
        } catch (LibraryException e) {
            throw new ParameterException(command.commandLine(), "--libraries: " + e.getMessage());
        }
    }

    /** The vector engine; without the Vector API the plain loops, with a note. */
    private Engine preferred() {
        Engine engine = Engines.preferred();
        if (!engine.id().equals(VECTOR)) {
            command.commandLine()
                    .getErr()
                    .println("farsight: " + Engines.whyNoVector() + ": running the plain loops, on one thread");
        }
        return engine;
    }

    private Engine threaded(int count) {
        if (device != null && !device.equals(VECTOR)) {
            throw new ParameterException(command.commandLine(), THREADS_ARE_VECTORS.formatted(device));
        }
        return vector(count);
    }

    private Engine vector(int count) {
        if (count < 1 || count > MOST_THREADS) {
            throw new ParameterException(
                    command.commandLine(), "--threads is %d, expected 1 to %,d".formatted(count, MOST_THREADS));
        }
        return Engines.vector(count);
    }

    /** Most bytes that all arrays may take; {@link Model#UNLIMITED} unless given. */
    public long budget() {
        return memory;
    }
}
