package farsight.engine.tornado;

import farsight.engine.Engine;
import farsight.op.Blas;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * Stands in for cuBLAS on OpenCL devices, to run task graphs with library tasks where there is no NVIDIA GPU: a provider
 * in TornadoVM's registry that takes the calls as TornadoVM hands them to the real one, by position, with pointers to the
 * device's buffers, and computes them on this machine from what it reads there.
 */
final class StandInBlas {

    private static final String RUNTIME = "uk.ac.manchester.tornado.runtime.library.";
    private static final List<String> CALLED = new ArrayList<>();

    private StandInBlas() {}

    /** The device, calling the stand-in as if it were cuBLAS. */
    static Engine on(Engine openCl) {
        try {
            Class<?> provider = Class.forName(RUNTIME + "spi.TornadoLibraryProvider");
            Object standIn = proxy(provider, (method, arguments) -> switch (method.getName()) {
                case "libraryName" -> "nvidia/cublas";
                case "canHandle" -> true;
                case "createContext" -> proxy(Class.forName(RUNTIME + "spi.LibraryContext"), (_, _) -> null);
                case "dispatch" -> {
                    CALLED.add((String) arguments[0]);
                    new Invocation(arguments[1]).dispatch((String) arguments[0]);
                    yield null;
                }
                default -> null;
            });
            Field providers = Class.forName(RUNTIME + "LibraryRegistry").getDeclaredField("providers");
            providers.setAccessible(true);
            providers.set(null, List.of(standIn));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        return ((TornadoEngine) openCl).with(CublasTasks.bind());
    }

    /** The functions called since it was last asked. */
    static List<String> called() {
        List<String> called = List.copyOf(CALLED);
        CALLED.clear();
        return called;
    }

    private interface Handler {
        Object answer(Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    private static Object proxy(Class<?> type, Handler handler) {
        return Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (_, method, arguments) -> handler.answer(method, arguments));
    }

    /** TornadoVM's LibraryInvocation. */
    private record Invocation(Object of) {

        private Object call(String name, Object... arguments) throws ReflectiveOperationException {
            for (Method m : of.getClass().getMethods()) {
                if (m.getName().equals(name)) {
                    return m.invoke(of, arguments);
                }
            }
            throw new NoSuchMethodException(name);
        }

        private int integer(int i) throws ReflectiveOperationException {
            return (int) call("getArg", i);
        }

        private float number(int i) throws ReflectiveOperationException {
            return (float) call("getArg", i);
        }

        /** Blocking copies between a buffer of the device and an array. */
        private void copy(String direction, int i, FloatArray array) throws ReflectiveOperationException {
            long buffer = (long) call("getDevicePointer", i) - TornadoNativeArray.ARRAY_HEADER;
            Object device = call("getDevice");
            Object context = device.getClass().getMethod("getDeviceContext").invoke(device);
            context.getClass()
                    .getMethod(
                            direction,
                            long.class,
                            long.class,
                            long.class,
                            long.class,
                            long.class,
                            long.class,
                            int[].class)
                    .invoke(
                            context,
                            call("getExecutionPlanId"),
                            buffer,
                            TornadoNativeArray.ARRAY_HEADER,
                            array.getNumBytesOfSegment(),
                            array.getSegment().address(),
                            0L,
                            null);
        }

        private FloatArray read(int i) throws ReflectiveOperationException {
            FloatArray array = new FloatArray(((FloatArray) call("getArg", i)).getSize());
            copy("readBuffer", i, array);
            return array;
        }

        /** cublasSgemm(opA, opB, m, n, k, α, A, lda, B, ldb, β, C, ldc), or the same with strides and a count. */
        void dispatch(String function) throws ReflectiveOperationException {
            boolean batched = function.equals("cublasSgemmStridedBatched");
            if (!batched && !function.equals("cublasSgemm")) {
                throw new NoSuchMethodException(function);
            }
            int step = batched ? 3 : 2;
            int b = 6 + step;
            int beta = b + step;
            int c = beta + 1;
            FloatArray left = read(6);
            FloatArray right = read(b);
            FloatArray result = read(c);
            int count = batched ? integer(c + step) : 1;
            for (int item = 0; item < count; item++) {
                Blas.sgemm(
                        integer(0) == 1,
                        integer(1) == 1,
                        integer(2),
                        integer(3),
                        integer(4),
                        number(5),
                        new Blas.Place(left, batched ? item * (long) call("getArg", 8) : 0),
                        integer(7),
                        new Blas.Place(right, batched ? item * (long) call("getArg", b + 2) : 0),
                        integer(b + 1),
                        number(beta),
                        new Blas.Place(result, batched ? item * (long) call("getArg", c + 2) : 0),
                        integer(c + 1));
            }
            copy("writeBuffer", c, result);
        }
    }
}
