package farsight.cli;

import farsight.engine.Bytes;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.model.Model;
import java.util.Iterator;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Where to run, and with how much memory. */
final class DeviceOptions {

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

    /** What completion offers: looked up when it is asked for, as finding devices takes time. */
    static final class Devices implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Engines.present().stream().map(Engine::id).iterator();
        }
    }

    @Option(
            names = "--device",
            completionCandidates = Devices.class,
            paramLabel = "D",
            defaultValue = "vector",
            description = "Where to run: vector, java, or a device that `farsight devices` lists (default: vector).")
    private String device = "vector";

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            converter = Size.class,
            description = "Refuse what would take more, for example 8GB or 512MiB (default: what the device has).")
    private long memory = Model.UNLIMITED;

    /** The engine that was asked for. */
    Engine engine() {
        return Engines.find(device);
    }

    /** Most bytes that all arrays may take; {@link Model#UNLIMITED} unless given. */
    long budget() {
        return memory;
    }
}
