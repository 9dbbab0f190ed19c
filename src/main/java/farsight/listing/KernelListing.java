package farsight.listing;

import farsight.engine.Engine;
import farsight.engine.KernelCode;
import farsight.engine.tornado.KernelUse;
import farsight.program.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A kernel for reading.
 *
 * @param type simple name of the class in {@code farsight.kernel}
 * @param method the method
 * @param tasks ids of the tasks that call it
 * @param java its source, with the methods it calls and the constants it names
 * @param code the device's code for its first call; empty on the JVM's engines and if compilation failed
 * @param failure the compiler's message if compilation failed; else null
 */
public record KernelListing(
        String type,
        String method,
        List<String> tasks,
        String java,
        Optional<KernelCode> code,
        @Nullable String failure) {

    /** A call of a method of another class. */
    private static final Pattern CALL = Pattern.compile("\\b([A-Z]\\w*)\\.([a-z]\\w*)\\(");

    /** Copies the list. */
    public KernelListing {
        tasks = List.copyOf(tasks);
    }

    /** Names of the kernel methods that an engine runs for a program, in the order of their first calls. */
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

    /** A kernel that does not compile is listed with its failure, and does not hide the others. */
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

    /** The method, followed by the methods it calls in other classes of its package, each under its class's name. */
    private static String source(KernelUse kernel) {
        JavaSource own = JavaSource.of(kernel.type());
        String methods = own.method(kernel.method());
        List<String> parts = new ArrayList<>(List.of(withConstants(own, methods, methods)));
        Set<String> shown = new HashSet<>();
        Deque<String> texts = new ArrayDeque<>(List.of(methods));
        while (!texts.isEmpty()) {
            String text = texts.removeFirst();
            Matcher call = CALL.matcher(text);
            while (call.find()) {
                Optional<JavaSource> there = JavaSource.beside(kernel.type(), call.group(1));
                if (there.isPresent() && shown.add(call.group())) {
                    String called = there.get().method(call.group(2));
                    parts.add("// " + call.group(1) + "\n" + withConstants(there.get(), called, called + methods));
                    texts.add(called);
                }
            }
        }
        return String.join("\n\n", parts);
    }

    private static String withConstants(JavaSource source, String methods, String named) {
        List<String> constants = source.constants(named);
        return constants.isEmpty() ? methods : String.join("\n", constants) + "\n\n" + methods;
    }
}
