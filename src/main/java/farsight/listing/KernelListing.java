package farsight.listing;

import farsight.engine.Engine;
import farsight.engine.KernelCode;
import farsight.engine.KernelUse;
import farsight.program.Program;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A kernel for reading.
 *
 * @param type simple name of the class in {@code farsight.kernel}
 * @param method the method
 * @param tasks ids of the tasks that call it
 * @param java its source, with what it calls and the constants it names
 * @param code what the device's compiler made of its first call; empty on the JVM's engines, and where
 *     it failed
 * @param failure what the device's compiler said where it failed; else null
 */
public record KernelListing(
        String type,
        String method,
        List<String> tasks,
        String java,
        Optional<KernelCode> code,
        @Nullable String failure) {

    /** Copies the list. */
    public KernelListing {
        tasks = List.copyOf(tasks);
    }

    /** Names of the kernel methods that an engine runs of a program, in the order in which they are first called. */
    public static List<String> names(Program program, Engine engine) {
        return KernelUse.of(program, engine).stream()
                .map(KernelUse::method)
                .distinct()
                .toList();
    }

    /**
     * The kernels of a program.
     *
     * @param engine whose code to show
     * @param name of the only method to list; empty for all
     */
    public static List<KernelListing> of(Program program, Engine engine, Optional<String> name) {
        return KernelUse.of(program, engine).stream()
                .filter(k -> name.isEmpty() || name.get().equals(k.method()))
                .map(k -> of(k, engine))
                .toList();
    }

    /** One that does not compile must not hide the others: it is what someone is looking for. */
    private static KernelListing of(KernelUse k, Engine engine) {
        Optional<KernelCode> code = Optional.empty();
        String failure = null;
        try {
            code = k.code(engine);
        } catch (RuntimeException e) {
            failure = e.getClass().getSimpleName() + ": " + e.getMessage();
        }
        return new KernelListing(k.type().getSimpleName(), k.method(), k.tasks(), source(k), code, failure);
    }

    private static String source(KernelUse kernel) {
        JavaSource source = JavaSource.of(kernel.type());
        String methods = source.method(kernel.method());
        List<String> constants = source.constants(methods);
        return constants.isEmpty() ? methods : String.join("\n", constants) + "\n\n" + methods;
    }
}
