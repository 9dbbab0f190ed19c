package farsight.engine;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.memory.DeviceBufferState;
import uk.ac.manchester.tornado.api.memory.ObjectState;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Tells TornadoVM that an array has changed on the host. Its API sends an array with the first execution
 * (FIRST_EXECUTION) or with each (EVERY_EXECUTION), and has no call between the two; a second task graph that
 * sends the array to the buffer of the first would compile and launch a kernel of its own for each array. So the
 * mark by which it remembers that the device has the array is taken off where it keeps it, behind members that
 * are not public, in packages that its modules open to everybody. The next execution then sends the array, and
 * none but those.
 */
final class DeviceCopies {

    private final Object context;
    private final TornadoDevice device;
    private final List<?> results;

    /**
     * @param graph the only task graph of the plan
     * @throws IllegalStateException when this TornadoVM is built otherwise than 5.2
     */
    DeviceCopies(TornadoExecutionPlan plan, ImmutableTaskGraph graph, TornadoDevice device) {
        this.device = device;
        Object tasks = call(call(graph, "getTaskGraph"), "getTaskGraphImpl");
        context = field(tasks.getClass(), tasks, "executionContext");
        results = (List<?>) field(TornadoExecutionPlan.class, plan, "planResults");
    }

    /** The next execution sends this array again. */
    void changed(FloatArray array) {
        state(array).setContents(false);
    }

    /**
     * Gives the array's memory on the device back, as the end of the plan does, but leaves the plan its code. The next
     * execution allocates and sends it again.
     */
    void release(FloatArray array) {
        DeviceBufferState state = state(array);
        call(state, "setLockBuffer", false);
        if (state.hasObjectBuffer()) {
            device.deallocate(state);
        }
    }

    private DeviceBufferState state(FloatArray array) {
        Object local = call(context, "getLocalStateObject", array, Access.READ_ONLY);
        return ((ObjectState) call(local, "getDataObjectState")).getDeviceBufferState(device);
    }

    /** Forgets the results of earlier executions, of which the plan would keep one each for as long as it lives. */
    void forgetResults() {
        results.clear();
    }

    private static Object call(Object of, String name, Object... arguments) {
        for (Method m : of.getClass().getDeclaredMethods()) {
            if (m.getName().equals(name) && m.getParameterCount() == arguments.length) {
                try {
                    m.setAccessible(true);
                    return m.invoke(of, arguments);
                } catch (InvocationTargetException e) {
                    throw unknown(of.getClass(), name, e.getCause());
                } catch (ReflectiveOperationException | RuntimeException e) {
                    throw unknown(of.getClass(), name, e);
                }
            }
        }
        throw unknown(of.getClass(), name, null);
    }

    private static Object field(Class<?> type, Object of, String name) {
        try {
            Field f = type.getDeclaredField(name);
            f.setAccessible(true);
            return f.get(of);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw unknown(type, name, e);
        }
    }

    private static IllegalStateException unknown(Class<?> type, String member, @Nullable Throwable cause) {
        return new IllegalStateException(
                "this TornadoVM is not one that Farsight knows: %s.%s is not as in 5.2.0; use an SDK of 5.2.0-jdk25"
                        .formatted(type.getSimpleName(), member),
                cause);
    }
}
