package farsight.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * How much room tasks take in one task graph of TornadoVM 5.2, by which a program is {@link #cut} into as many graphs as
 * it needs. What is recorded is counted to the byte; what TornadoVM makes of it depends on which arguments a kernel
 * writes, and is counted as if each wrote all its arrays.
 *
 * @param tasks calls
 * @param arguments of all calls together
 * @param references of those, arrays and kernel contexts; the others are numbers
 * @param objects different arrays and kernel contexts
 * @param constants different numbers
 */
record GraphSize(int tasks, int arguments, int references, int objects, int constants) {

    /** Bytes of the recording ({@code TornadoTaskGraph.addInner}): an opcode and an int or two for each part. */
    int recorded() {
        int context = 1 + 2 * Integer.BYTES;
        int list = 1 + Integer.BYTES;
        int launch = 1;
        return tasks * (context + list + launch) + arguments * (1 + Integer.BYTES);
    }

    /**
     * Most nodes ({@code TornadoGraphBuilder.buildGraph}): the device; each number; each array with its first use and its
     * release; each task with an allocation, and what it writes.
     */
    int nodes() {
        return 1 + constants + 3 * objects + 2 * tasks + references;
    }

    /**
     * Most bytes of code ({@code TornadoVMBytecodeBuilder}): the frame; the allocation, copy and release of each array; an
     * allocation before each launch, its arguments, and one dependency for each array that it takes.
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

    /** A graph as it fills. */
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

        /** As large as it would be with another task at most: its arrays and numbers counted as new. */
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
     * Cuts a program's calls into graphs, each as full as it gets.
     *
     * @param calls in order
     * @param ends steps after which a graph must end
     * @throws RefusedException when one call alone is too much for a graph
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
