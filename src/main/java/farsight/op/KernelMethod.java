package farsight.op;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * The Java method that a task runs.
 *
 * @param type class in {@code farsight.kernel}
 * @param name method
 */
public record KernelMethod(Class<?> type, String name) {

    private static final String KERNELS = "farsight.kernel";

    /** By the class of the lambda, of which there is one for each place in the source that makes a task. */
    private static final Map<Class<?>, KernelMethod> KNOWN = new ConcurrentHashMap<>();

    /**
     * Finds it. A task holds its method as a lambda, which has no name that can be asked for, so the
     * task is called without its arrays and says itself where it stopped: kernels are plain loops that
     * touch an array before anything else, so nothing is computed. In a JVM that has long been running the same kernels
     * this needs {@code -XX:-OmitStackTraceInFastThrow}, without which HotSpot may throw from compiled code with no stack.
     *
     * @throws IllegalStateException where the task stopped outside our kernels, or said nothing of where it stopped
     */
    public static KernelMethod of(TaskPackage task) {
        return KNOWN.computeIfAbsent(
                task.getTaskParameters()[0].getClass(),
                _ -> find(task).orElseThrow(() -> new IllegalStateException(task.getId() + " runs no kernel of ours")));
    }

    @SuppressWarnings("NullAway") // no arrays, on purpose
    private static Optional<KernelMethod> find(TaskPackage task) {
        Object[] parameters = task.getTaskParameters().clone();
        for (int i = 1; i < parameters.length; i++) {
            parameters[i] = parameters[i] instanceof Number ? parameters[i] : null;
        }
        try {
            JavaTask.run(parameters);
        } catch (NullPointerException stopped) {
            // The outermost frame of a kernel: those above it are helpers that it called.
            return Arrays.stream(stopped.getStackTrace())
                    .filter(f -> f.getClassName().startsWith(KERNELS + "."))
                    .reduce((inner, outer) -> outer)
                    .flatMap(f -> type(f.getClassName()).map(t -> new KernelMethod(t, f.getMethodName())));
        }
        return Optional.empty();
    }

    private static Optional<Class<?>> type(String name) {
        try {
            return Optional.of(Class.forName(name));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }
}
