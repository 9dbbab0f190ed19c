package farsight.engine.tornado;

import farsight.engine.RefusedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The room that tasks take in one task graph of TornadoVM 5.2. By it a program is {@link #cut} into as many graphs as
 * it needs. The size of the recording is exact to the byte. The size of the compiled graph depends on which arguments a
 * kernel writes, and is counted as if each kernel wrote all its arrays.
 *
 * @param tasks calls
 * @param arguments of all calls together
 * @param references arguments that are arrays or kernel contexts; the others are numbers
 * @param objects distinct arrays and kernel contexts
 * @param constants distinct numbers
 */
record GraphSize(int tasks, int arguments, int references, int objects, int constants) {

    /** Bytes of the recording ({@code TornadoTaskGraph.addInner}): an opcode and one or two ints for each part. */
    int recorded() {
        int context = 1 + 2 * Integer.BYTES;
        int list = 1 + Integer.BYTES;
        int launch = 1;
        return tasks * (context + list + launch) + arguments * (1 + Integer.BYTES);
    }

    /**
     * Most nodes ({@code TornadoGraphBuilder.buildGraph}): one for the device; one for each number; for each array its
     * first use and its release; for each task an allocation and its writes.
     */
    int nodes() {
        return 1 + constants + 3 * objects + 2 * tasks + references;
    }

    /**
     * Most bytes of code ({@code TornadoVMBytecodeBuilder}): the frame; the allocation, copy and release of each array;
     * for each launch an allocation, its arguments, and one dependency for each of its arrays.
     */
    int code() {
        int entry = 1 + Integer.BYTES;
        int frame = 1 + 3 * Integer.BYTES + entry + 1 + entry + 1;
        int allocation = 1 + Long.BYTES + Integer.BYTES;
        int copy = 1 + 2 * Integer.BYTES + 2 * Long.BYTES;
        int release = 1 + 2 * Integer.BYTES + entry;
        int launch = 1 + 4 * Integer.BYTES + 2 * Long.BYTES;
        return frame
                + objects * (Integer.BYTES + copy + release)
                + tasks * (allocation + launch)
                + (arguments + references) * entry;
    }

    /** Whether TornadoVM keeps an argument as a constant, not as an object. */
    static boolean isNumber(Object argument) {
        return argument instanceof Number || argument instanceof Boolean || argument instanceof Character;
    }

    /** A graph under construction. */
    static final class Filling {
        private final Set<Object> objects = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Set<Object> constants = new HashSet<>();
        private GraphSize size = new GraphSize(0, 0, 0, 0, 0);

        GraphSize size() {
            return size;
        }

        /** Adds a task with these arguments. */
        void add(List<Object> arguments) {
            int references = 0;
            for (Object argument : arguments) {
                if (isNumber(argument)) {
                    constants.add(argument);
                } else {
                    objects.add(argument);
                    references++;
                }
            }
            size = new GraphSize(
                    size.tasks + 1,
                    size.arguments + arguments.size(),
                    size.references + references,
                    objects.size(),
                    constants.size());
        }

        /** An upper bound with another task: all its arrays and numbers count as new. */
        private GraphSize with(List<Object> arguments) {
            Filling alone = new Filling();
            alone.add(arguments);
            alone.objects.removeAll(objects);
            alone.constants.removeAll(constants);
            GraphSize one = alone.size;
            return new GraphSize(
                    size.tasks + 1,
                    size.arguments + one.arguments,
                    size.references + one.references,
                    size.objects + alone.objects.size(),
                    size.constants + alone.constants.size());
        }
    }

    /**
     * Cuts a program's calls into graphs, each as full as possible.
     *
     * @param calls in order
     * @param ends steps after which a graph must end
     * @throws RefusedException when a single call exceeds a graph
     */
    static List<List<DeviceCall>> cut(List<DeviceCall> calls, GraphLimits limits, Set<Integer> ends) {
        List<List<DeviceCall>> graphs = new ArrayList<>();
        Filling filling = new Filling();
        List<DeviceCall> open = new ArrayList<>();
        for (DeviceCall call : calls) {
            boolean ended = !open.isEmpty()
                    && ends.stream().anyMatch(end -> open.getLast().step() <= end && end < call.step());
            if (ended || !limits.hold(filling.with(call.arguments()))) {
                if (!open.isEmpty()) {
                    graphs.add(List.copyOf(open));
                    open.clear();
                }
                filling = new Filling();
            }
            filling.add(call.arguments());
            if (!limits.hold(filling.size())) {
                throw new RefusedException("task " + call.id() + " " + limits.excess(filling.size()));
            }
            open.add(call);
        }
        if (!open.isEmpty()) {
            graphs.add(List.copyOf(open));
        }
        return List.copyOf(graphs);
    }
}
