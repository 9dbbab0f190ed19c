package farsight.engine;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.common.Access;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.memory.DeviceBufferState;
import uk.ac.manchester.tornado.api.memory.ObjectState;
import uk.ac.manchester.tornado.api.runtime.ExecutorFrame;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The arrays of a program on a device, for all its task graphs. TornadoVM keeps for each graph what it knows of an array:
 * the device's buffer, and whether that has the host's numbers. Its API shares buffers from one graph to the next
 * ({@code consumeFromDevice}), which takes them from whichever graph ran last, and it sends an array with the first
 * execution (FIRST_EXECUTION) or with each (EVERY_EXECUTION), and has no call between the two. So here all graphs are
 * given one and the same record of an array, and the mark by which it says that the device has the array is taken off
 * where an array has changed: the next execution then sends that array, and none but those. Both are behind members
 * that are not public, in packages that TornadoVM's modules open to everybody.
 */
final class DeviceCopies {

    private final TornadoDevice device;
    private final IdentityHashMap<Object, ObjectState> states = new IdentityHashMap<>();
    private final Map<String, Object> tasks = new HashMap<>();
    private final List<?> results;
    private final ExecutorFrame frame;

    /**
     * Makes the graphs share their arrays on the device, and the code of their tasks.
     *
     * @param graphs all task graphs of the plan, none of which has run
     * @throws IllegalStateException when this TornadoVM is built otherwise than 5.2
     */
    DeviceCopies(TornadoExecutionPlan plan, ImmutableTaskGraph[] graphs, TornadoDevice device) {
        this.device = device;
        for (ImmutableTaskGraph graph : graphs) {
            Object recorded = call(call(graph, "getTaskGraph"), "getTaskGraphImpl");
            Object context = value(recorded.getClass(), recorded, "executionContext");
            share((List<?>) call(context, "getObjectStates"));
            writable((Map<?, ?>) call(context, "getObjectsAccesses"));
            compileOnce(context);
        }
        results = (List<?>) value(TornadoExecutionPlan.class, plan, "planResults");
        frame = (ExecutorFrame) value(TornadoExecutionPlan.class, plan, "executionFrame");
    }

    /** The first graph that has an array gives its record to those after. */
    private void share(List<?> locals) {
        if (locals.isEmpty()) {
            return;
        }
        Class<?> type = locals.getFirst().getClass();
        Field object = field(type, "object");
        Field state = field(type, "dataObjectState");
        try {
            for (Object local : locals) {
                if (object.get(local) instanceof FloatArray array) {
                    ObjectState first = states.putIfAbsent(array, (ObjectState) state.get(local));
                    if (first != null) {
                        state.set(local, first);
                    }
                }
            }
        } catch (ReflectiveOperationException e) {
            throw unknown(type, state.getName(), e);
        }
    }

    /** Buffers are made by the graph that has them first, and another may write what that one only reads. */
    @SuppressWarnings("unchecked")
    private static void writable(Map<?, ?> accesses) {
        ((Map<Object, Access>) accesses)
                .replaceAll((o, access) -> o instanceof FloatArray ? Access.READ_WRITE : access);
    }

    /**
     * The first graph that has a task gives it to those after, which find its code by its id. TornadoVM counts the calls
     * of a task as so many tasks, and would look for those that it does not have.
     */
    @SuppressWarnings("unchecked")
    private void compileOnce(Object context) {
        List<Object> all = (List<Object>) call(context, "getTasks");
        all.replaceAll(task -> {
            String id = (String) call(task, "getId");
            Object first = tasks.putIfAbsent(id.substring(id.indexOf('.') + 1), task);
            return first == null ? task : first;
        });
        Field count = field(context.getClass(), "nextTask");
        try {
            count.setInt(context, all.size());
        } catch (ReflectiveOperationException e) {
            throw unknown(context.getClass(), count.getName(), e);
        }
    }

    /** The next execution sends this array again. */
    void changed(FloatArray array) {
        ObjectState state = states.get(array);
        if (state != null) {
            state.getDeviceBufferState(device).setContents(false);
        }
    }

    /** Bytes of the device's buffers, as TornadoVM made them. */
    long bytes() {
        return states.values().stream()
                .map(state -> state.getDeviceBufferState(device))
                .filter(DeviceBufferState::hasObjectBuffer)
                .mapToLong(state -> state.getXPUBuffer().size())
                .sum();
    }

    /**
     * Gives the arrays' memory on the device back, as the end of the plan does, but leaves the plan its code. The next
     * execution allocates and sends them again.
     */
    void release() {
        for (ObjectState state : states.values()) {
            DeviceBufferState buffer = state.getDeviceBufferState(device);
            call(buffer, "setLockBuffer", false);
            if (buffer.hasObjectBuffer()) {
                device.deallocate(buffer);
            }
        }
    }

    /** Forgets the results of earlier executions, of which the plan would keep one each for as long as it lives. */
    void forgetResults() {
        results.clear();
    }

    /**
     * Leaves each graph the grids that it was given. The plan would otherwise give those of the last to whichever graph it
     * selects, and look in it for each of their tasks.
     */
    void forgetGrids() {
        frame.setGridScheduler(null);
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

    private static Object value(Class<?> type, Object of, String name) {
        try {
            return field(type, name).get(of);
        } catch (ReflectiveOperationException e) {
            throw unknown(type, name, e);
        }
    }

    private static Field field(Class<?> type, String name) {
        try {
            Field f = type.getDeclaredField(name);
            f.setAccessible(true);
            return f;
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
