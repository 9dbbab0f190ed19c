package farsight.op;

import farsight.vector.Workers;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A kernel with its plain loop and up to two twins, stated once:
 *
 * <pre>{@code
 * private static final Kernel SOFTMAX = Kernel.of(SoftmaxKernels::softmaxRows)
 *         .group(RowGroups::softmaxRows)
 *         .vector(SoftmaxVector.class);
 * }</pre>
 *
 * <ul>
 *   <li>the plain loop: the {@code java} engine runs it, a device compiles it;
 *   <li>the work-group twin: its first parameter is the {@link KernelContext}, its last ones are the sizes of its
 *       {@link Launch};
 *   <li>the Vector API twin: the method of the same name in another class, with the same parameters and the {@link
 *       Workers} as the last.
 * </ul>
 *
 * {@link #call} binds the kernel to buffers and numbers.
 */
public final class Kernel {

    private final Loop plain;
    private final KernelMethod method;
    private final MethodHandle plainHandle;
    private final @Nullable Loop group;
    private final @Nullable Class<?> vectors;
    /** Looked up on the first call: its class needs the Vector API, which a JVM may lack. */
    private volatile @Nullable MethodHandle vector;

    private Kernel(Loop plain) {
        this(plain, null, null);
    }

    private Kernel(Loop plain, @Nullable Loop group, @Nullable Class<?> vectors) {
        this.plain = plain;
        this.method = plain.method();
        this.plainHandle = method.handle();
        this.group = group;
        this.vectors = vectors;
    }

    /** Adds the Vector API twin: the method of the plain loop's name in {@code twins}. */
    public Kernel vector(Class<?> twins) {
        return new Kernel(plain, group, twins);
    }

    /**
     * Makes the method given as the plain loop the work-group twin: it fuses several plain loops and has none of its
     * own.
     */
    public Kernel fused() {
        return new Kernel(plain, plain, vectors);
    }

    private Kernel withGroup(Loop twin) {
        List<Class<?>> parameters = twin.method().parameters();
        if (parameters.getFirst() != KernelContext.class || arrays(parameters) != arrays(method.parameters())) {
            throw new IllegalArgumentException(twin.method() + " must take a context and the arrays of " + method);
        }
        return new Kernel(plain, twin, vectors);
    }

    private static long arrays(List<Class<?>> parameters) {
        return parameters.stream().filter(p -> p == FloatArray.class).count();
    }

    /**
     * Binds the kernel.
     *
     * @param arguments operands and numbers, in the order of the plain loop's parameters; the launch appends its sizes
     */
    public Call call(Object... arguments) {
        return new Call(this, List.of(arguments));
    }

    /** The plain loop's method. */
    public KernelMethod method() {
        return method;
    }

    Loop loop() {
        return plain;
    }

    /** The work-group twin, or null. */
    @Nullable
    Loop group() {
        return group;
    }

    /** The plain loop, bound to these arguments. */
    Runnable plain(List<Object> arguments) {
        return bound(plainHandle, arguments);
    }

    /** Whether the kernel has a Vector API twin. */
    boolean hasVector() {
        return vectors != null;
    }

    /** The Vector API twin, bound to these arguments. */
    Runnable vector(List<Object> arguments, Workers workers) {
        MethodHandle twin = vector;
        if (twin == null) {
            twin = new KernelMethod(Objects.requireNonNull(vectors), method.name()).handle();
            vector = twin;
        }
        List<Object> all = new ArrayList<>(arguments);
        all.add(workers);
        return bound(twin, all);
    }

    private static Runnable bound(MethodHandle handle, List<Object> arguments) {
        Object[] all = arguments.toArray();
        return () -> invoke(handle, all);
    }

    private static void invoke(MethodHandle handle, Object[] arguments) {
        try {
            handle.invokeExact(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return method.toString();
    }

    /** A plain loop of 2 parameters. */
    public static <A, B> Kernel of(Loop.Of2<A, B> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 3 parameters. */
    public static <A, B, C> Kernel of(Loop.Of3<A, B, C> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 4 parameters. */
    public static <A, B, C, D> Kernel of(Loop.Of4<A, B, C, D> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 5 parameters. */
    public static <A, B, C, D, E> Kernel of(Loop.Of5<A, B, C, D, E> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 6 parameters. */
    public static <A, B, C, D, E, F> Kernel of(Loop.Of6<A, B, C, D, E, F> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 7 parameters. */
    public static <A, B, C, D, E, F, G> Kernel of(Loop.Of7<A, B, C, D, E, F, G> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 8 parameters. */
    public static <A, B, C, D, E, F, G, H> Kernel of(Loop.Of8<A, B, C, D, E, F, G, H> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 9 parameters. */
    public static <A, B, C, D, E, F, G, H, I> Kernel of(Loop.Of9<A, B, C, D, E, F, G, H, I> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 10 parameters. */
    public static <A, B, C, D, E, F, G, H, I, J> Kernel of(Loop.Of10<A, B, C, D, E, F, G, H, I, J> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 11 parameters. */
    public static <A, B, C, D, E, F, G, H, I, J, K> Kernel of(Loop.Of11<A, B, C, D, E, F, G, H, I, J, K> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 12 parameters. */
    public static <A, B, C, D, E, F, G, H, I, J, K, L> Kernel of(Loop.Of12<A, B, C, D, E, F, G, H, I, J, K, L> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 13 parameters. */
    public static <A, B, C, D, E, F, G, H, I, J, K, L, M> Kernel of(
            Loop.Of13<A, B, C, D, E, F, G, H, I, J, K, L, M> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 14 parameters. */
    public static <A, B, C, D, E, F, G, H, I, J, K, L, M, N> Kernel of(
            Loop.Of14<A, B, C, D, E, F, G, H, I, J, K, L, M, N> plain) {
        return new Kernel(plain);
    }

    /** A plain loop of 15 parameters. */
    public static <A, B, C, D, E, F, G, H, I, J, K, L, M, N, O> Kernel of(
            Loop.Of15<A, B, C, D, E, F, G, H, I, J, K, L, M, N, O> plain) {
        return new Kernel(plain);
    }

    /** A twin for work-groups, of 2 parameters. */
    public <A, B> Kernel group(Loop.Of2<A, B> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 3 parameters. */
    public <A, B, C> Kernel group(Loop.Of3<A, B, C> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 4 parameters. */
    public <A, B, C, D> Kernel group(Loop.Of4<A, B, C, D> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 5 parameters. */
    public <A, B, C, D, E> Kernel group(Loop.Of5<A, B, C, D, E> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 6 parameters. */
    public <A, B, C, D, E, F> Kernel group(Loop.Of6<A, B, C, D, E, F> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 7 parameters. */
    public <A, B, C, D, E, F, G> Kernel group(Loop.Of7<A, B, C, D, E, F, G> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 8 parameters. */
    public <A, B, C, D, E, F, G, H> Kernel group(Loop.Of8<A, B, C, D, E, F, G, H> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 9 parameters. */
    public <A, B, C, D, E, F, G, H, I> Kernel group(Loop.Of9<A, B, C, D, E, F, G, H, I> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 10 parameters. */
    public <A, B, C, D, E, F, G, H, I, J> Kernel group(Loop.Of10<A, B, C, D, E, F, G, H, I, J> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 11 parameters. */
    public <A, B, C, D, E, F, G, H, I, J, K> Kernel group(Loop.Of11<A, B, C, D, E, F, G, H, I, J, K> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 12 parameters. */
    public <A, B, C, D, E, F, G, H, I, J, K, L> Kernel group(Loop.Of12<A, B, C, D, E, F, G, H, I, J, K, L> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 13 parameters. */
    public <A, B, C, D, E, F, G, H, I, J, K, L, M> Kernel group(Loop.Of13<A, B, C, D, E, F, G, H, I, J, K, L, M> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 14 parameters. */
    public <A, B, C, D, E, F, G, H, I, J, K, L, M, N> Kernel group(
            Loop.Of14<A, B, C, D, E, F, G, H, I, J, K, L, M, N> twin) {
        return withGroup(twin);
    }

    /** A twin for work-groups, of 15 parameters. */
    public <A, B, C, D, E, F, G, H, I, J, K, L, M, N, O> Kernel group(
            Loop.Of15<A, B, C, D, E, F, G, H, I, J, K, L, M, N, O> twin) {
        return withGroup(twin);
    }
}
