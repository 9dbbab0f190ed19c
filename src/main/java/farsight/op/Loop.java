package farsight.op;

import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task13;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task15;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;

/**
 * A reference to a kernel method, as a TornadoVM task takes it. It is serializable because only a serializable method
 * reference can name its method.
 */
public interface Loop extends Serializable {

    /** The constructors of a task, by the number of its method's arguments. */
    Map<Integer, Constructor<?>> TASKS = Arrays.stream(TaskPackage.class.getConstructors())
            .filter(c -> c.getParameterTypes()[1] != TornadoFunctions.Task.class)
            .collect(Collectors.toMap(c -> c.getParameterCount() - 2, Function.identity()));

    /** A method of 2 parameters. */
    interface Of2<A, B> extends Loop, Task2<A, B> {}

    /** A method of 3 parameters. */
    interface Of3<A, B, C> extends Loop, Task3<A, B, C> {}

    /** A method of 4 parameters. */
    interface Of4<A, B, C, D> extends Loop, Task4<A, B, C, D> {}

    /** A method of 5 parameters. */
    interface Of5<A, B, C, D, E> extends Loop, Task5<A, B, C, D, E> {}

    /** A method of 6 parameters. */
    interface Of6<A, B, C, D, E, F> extends Loop, Task6<A, B, C, D, E, F> {}

    /** A method of 7 parameters. */
    interface Of7<A, B, C, D, E, F, G> extends Loop, Task7<A, B, C, D, E, F, G> {}

    /** A method of 8 parameters. */
    interface Of8<A, B, C, D, E, F, G, H> extends Loop, Task8<A, B, C, D, E, F, G, H> {}

    /** A method of 9 parameters. */
    interface Of9<A, B, C, D, E, F, G, H, I> extends Loop, Task9<A, B, C, D, E, F, G, H, I> {}

    /** A method of 10 parameters. */
    interface Of10<A, B, C, D, E, F, G, H, I, J> extends Loop, Task10<A, B, C, D, E, F, G, H, I, J> {}

    /** A method of 11 parameters. */
    interface Of11<A, B, C, D, E, F, G, H, I, J, K> extends Loop, Task11<A, B, C, D, E, F, G, H, I, J, K> {}

    /** A method of 12 parameters. */
    interface Of12<A, B, C, D, E, F, G, H, I, J, K, L> extends Loop, Task12<A, B, C, D, E, F, G, H, I, J, K, L> {}

    /** A method of 13 parameters. */
    interface Of13<A, B, C, D, E, F, G, H, I, J, K, L, M> extends Loop, Task13<A, B, C, D, E, F, G, H, I, J, K, L, M> {}

    /** A method of 14 parameters. */
    interface Of14<A, B, C, D, E, F, G, H, I, J, K, L, M, N>
            extends Loop, Task14<A, B, C, D, E, F, G, H, I, J, K, L, M, N> {}

    /** A method of 15 parameters. */
    interface Of15<A, B, C, D, E, F, G, H, I, J, K, L, M, N, O>
            extends Loop, Task15<A, B, C, D, E, F, G, H, I, J, K, L, M, N, O> {}

    /** The method that this refers to. */
    default KernelMethod method() {
        try {
            Method replacement = getClass().getDeclaredMethod("writeReplace");
            replacement.setAccessible(true);
            SerializedLambda form = (SerializedLambda) replacement.invoke(this);
            Class<?> type = Class.forName(
                    form.getImplClass().replace('/', '.'), false, getClass().getClassLoader());
            return new KernelMethod(type, form.getImplMethodName());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a kernel must be a reference to a method: " + this, e);
        }
    }

    /** A TornadoVM task that calls the method with these arguments. */
    default TaskPackage task(String id, Object... arguments) {
        Object[] all = new Object[arguments.length + 2];
        all[0] = id;
        all[1] = this;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        try {
            return (TaskPackage)
                    Objects.requireNonNull(TASKS.get(arguments.length)).newInstance(all);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
