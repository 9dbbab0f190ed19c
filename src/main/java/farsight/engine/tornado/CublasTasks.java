package farsight.engine.tornado;

import farsight.engine.LibraryException;
import farsight.op.Gemm;
import farsight.op.Storage;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Matrix products as cuBLAS calls in a task graph. They use TornadoVM's library tasks, which came with release 5, for
 * its CUDA backend alone. The API that this program is compiled against may be older, so their classes are looked up in
 * the SDK that the process was started with. The exception names each missing class.
 *
 * <p>A call runs on the graph's own stream, between its kernels, on the same buffers. It needs no grid and no
 * compilation. cuBLAS allocates a workspace of its own beside the arrays.
 */
final class CublasTasks {

    private static final String API = "uk.ac.manchester.tornado.api.common.";
    private static final String LIBRARY = "uk.ac.manchester.tornado.cublas.";

    /** cublasOperation_t: not transposed, and transposed. */
    private static final int AS_IT_LIES = 0;

    private static final int TRANSPOSED = 1;

    /** (task graph, id, call, arguments) → task graph. */
    private final MethodHandle addTask;

    /** The functions, as TornadoVM's {@code LibraryTask1} that takes an array of all arguments. */
    private final Object one;

    private final Object batched;

    /** Loads the native side, which needs cuBLAS itself. */
    private final MethodHandle load;

    private CublasTasks(MethodHandle addTask, Object one, Object batched, MethodHandle load) {
        this.addTask = addTask;
        this.one = one;
        this.batched = batched;
        this.load = load;
    }

    /**
     * Looks up TornadoVM's classes, which every SDK of 5.2 has.
     *
     * @throws LibraryException naming the class that this process lacks
     */
    static CublasTasks bind() {
        Class<?> call = type(API + "TornadoFunctions$LibraryTask1", "this TornadoVM's API has no library tasks");
        Class<?> descriptor = type(API + "LibraryTaskDescriptor", "this TornadoVM's API has no library tasks");
        Class<?> functions = type(LIBRARY + "CuBlas", "this process has no module tornado.cublas");
        Class<?> natives = type(LIBRARY + "provider.CuBlasNativeLib", "this tornado.cublas has no native side");
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        try {
            MethodHandle add = lookup.findVirtual(
                    TaskGraph.class,
                    "libraryTask",
                    MethodType.methodType(TaskGraph.class, String.class, call, Object.class));
            MethodHandle load = MethodHandles.privateLookupIn(natives, MethodHandles.lookup())
                    .findStatic(natives, "load", MethodType.methodType(void.class));
            return new CublasTasks(
                    add,
                    function(call, lookup.findStatic(functions, "cublasSgemm", sgemm(descriptor))),
                    function(call, lookup.findStatic(functions, "cublasSgemmStridedBatched", batched(descriptor))),
                    load);
        } catch (ReflectiveOperationException e) {
            throw new LibraryException("this TornadoVM is not one that Farsight knows: " + e.getMessage()
                    + "; use an SDK of 5.2.0-jdk25 with the CUDA backend");
        }
    }

    private static Class<?> type(String name, String missing) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new LibraryException(missing + " (" + name + "); use an SDK of 5.2.0-jdk25 with the CUDA backend");
        }
    }

    private static MethodType sgemm(Class<?> descriptor) {
        return MethodType.methodType(
                descriptor,
                int.class, // op of the left factor
                int.class, // op of the right factor
                int.class, // m
                int.class, // n
                int.class, // k
                float.class, // α
                FloatArray.class,
                int.class, // leading dimension
                FloatArray.class,
                int.class,
                float.class, // β
                FloatArray.class,
                int.class);
    }

    /** As {@link #sgemm}, with a stride behind each leading dimension and the number of products last. */
    private static MethodType batched(Class<?> descriptor) {
        MethodType one = sgemm(descriptor);
        return one.insertParameterTypes(13, long.class, int.class)
                .insertParameterTypes(10, long.class)
                .insertParameterTypes(8, long.class);
    }

    private static Object function(Class<?> call, MethodHandle of) {
        MethodHandle spread = of.asSpreader(Object[].class, of.type().parameterCount());
        return MethodHandleProxies.asInterfaceInstance(
                call, spread.asType(MethodType.methodType(spread.type().returnType(), Object.class)));
    }

    /**
     * Loads the native side and with it cuBLAS.
     *
     * @throws LibraryException with the loader's reason
     */
    CublasTasks loaded() {
        try {
            load.invoke();
            return this;
        } catch (Throwable e) {
            throw new LibraryException("cuBLAS cannot be loaded: " + e.getMessage());
        }
    }

    /** BLAS's arguments of a product, in its order. */
    static List<Object> arguments(Gemm g, Storage at) {
        boolean many = g.batch() > 1;
        List<Object> arguments =
                new ArrayList<>(List.of(operation(g.left()), operation(g.right()), g.m(), g.n(), g.k(), g.alpha()));
        place(arguments, g.left(), at, many);
        place(arguments, g.right(), at, many);
        arguments.add(g.beta());
        place(arguments, g.result(), at, many);
        if (many) {
            arguments.add(g.batch());
        }
        return arguments;
    }

    /** Adds a product to the graph. */
    void add(TaskGraph graph, DeviceCall.Product call) {
        Object function = call.product().batch() > 1 ? batched : one;
        try {
            addTask.invoke(graph, call.id(), function, (Object) call.arguments().toArray());
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("TornadoVM did not take " + call.id() + " as a library task: " + e, e);
        }
    }

    /** A matrix: its array and leading dimension, and in a batch the stride to the next one. */
    private static void place(List<Object> arguments, Gemm.Matrix m, Storage at, boolean many) {
        arguments.add(at.of(m.buffer()));
        arguments.add(m.leading());
        if (many) {
            arguments.add(m.stride());
        }
    }

    private static int operation(Gemm.Matrix factor) {
        return factor.transposed() ? TRANSPOSED : AS_IT_LIES;
    }
}
