package farsight.engine.tornado;

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
 * A program's arrays on a device, shared by all its task graphs.
 *
 * <p>TornadoVM keeps a record of each array per graph: the device's buffer, and a mark that says whether the buffer
 * holds the host's numbers. Its API shares buffers only from one graph to the next ({@code consumeFromDevice}), from
 * whichever graph ran last. It sends an array with the first execution (FIRST_EXECUTION) or with each
 * (EVERY_EXECUTION), and nothing in between.
 *
 * <p>Here all graphs share one record per array. Where an array has changed, its mark is cleared, so the next execution
 * sends that array and no other. Records and marks are behind members that are not public, in packages that TornadoVM's
 * modules open to everybody.
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
     * @throws IllegalStateException when this TornadoVM differs from 5.2 inside
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

    /** The first graph that has an array shares its record with the later ones. */
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

    /** The first graph that has an array makes its buffer. Where that graph only reads it, a later one may write it. */
    @SuppressWarnings("unchecked")
    private static void writable(Map<?, ?> accesses) {
        ((Map<Object, Access>) accesses)
                .replaceAll((o, access) -> o instanceof FloatArray ? Access.READ_WRITE : access);
    }

    /**
     * The first graph that has a task shares it with the later ones, which find its code by its id. TornadoVM counts
     * each call as a task and would look for tasks that do not exist, so the count is set to the length of the list.
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
     * Frees the arrays' memory on the device, as closing the plan does, but keeps the plan's code. The next execution
     * allocates and sends the arrays again.
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

    /** Forgets the results of earlier executions; the plan would keep one per execution for as long as it lives. */
    void forgetResults() {
        results.clear();
    }

    /**
     * Leaves each graph its own grids. Otherwise the plan gives the last graph's grids to whichever graph it selects,
     * and looks in that graph for each of their tasks.
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
