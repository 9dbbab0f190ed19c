package farsight.op;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * The Java method of a kernel.
 *
 * @param type its class
 * @param name its name; the class has only one public method of this name
 */
public record KernelMethod(Class<?> type, String name) {

    /** The method of a task. */
    public static KernelMethod of(TaskPackage task) {
        return ((Loop) task.getTaskParameters()[0]).method();
    }

    /** The types of its parameters. */
    public List<Class<?>> parameters() {
        return List.of(method().getParameterTypes());
    }

    /** A handle that takes all arguments in one array. */
    MethodHandle handle() {
        try {
            return MethodHandles.publicLookup()
                    .unreflect(method())
                    .asSpreader(Object[].class, parameters().size())
                    .asType(MethodType.methodType(void.class, Object[].class));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(type.getName() + " is not public", e);
        }
    }

    private Method method() {
        List<Method> named = Arrays.stream(type.getDeclaredMethods())
                .filter(m -> m.getName().equals(name) && Modifier.isPublic(m.getModifiers()))
                .toList();
        if (named.size() != 1) {
            throw new IllegalStateException(
                    type.getName() + " has " + named.size() + " public methods " + name + ", expected one");
        }
        return named.getFirst();
    }

    @Override
    public String toString() {
        return type.getSimpleName() + "::" + name;
    }
}
