package farsight.op;

import farsight.program.Buffer;
import farsight.vector.Workers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * A kernel bound to buffers and numbers: all that the engines need to run it, and all that a program says of it.
 *
 * @param kernel the kernel
 * @param arguments operands and numbers, in the order of the plain loop's parameters
 * @param groupArguments the same for the twin for work-groups, between its context and its sizes; null: {@code arguments}
 *     without the numbers that it knows from its grid
 * @param launch how a device starts it
 * @param part the end of its task's id, where an operation has several calls
 */
public record Call(
        Kernel kernel,
        List<Object> arguments,
        @Nullable List<Object> groupArguments,
        @Nullable Launch launch,
        String part) {

    /** A call whose launch is a plain loop with an iteration per element of the largest buffer that it writes. */
    Call(Kernel kernel, List<Object> arguments) {
        this(kernel, arguments, null, null, "");
    }

    /** The same call, started as told. */
    public Call by(Launch how) {
        return new Call(kernel, arguments, groupArguments, how, part);
    }

    /** The same call under a name of its own. */
    public Call named(String name) {
        return new Call(kernel, arguments, groupArguments, launch, name);
    }

    /** The same call, whose twin for work-groups takes other arguments than the plain loop. */
    public Call grouped(Object... others) {
        return new Call(kernel, arguments, List.of(others), launch, part);
    }

    private Stream<Operand> operands() {
        return arguments.stream().filter(Operand.class::isInstance).map(Operand.class::cast);
    }

    private Launch start() {
        return launch != null ? launch : new Launch.Iterations(elements());
    }

    private long elements() {
        return operands()
                .filter(Operand::written)
                .mapToLong(o -> o.buffer().elements())
                .max()
                .orElseThrow();
    }

    /** The plain loop, bound to its arrays. */
    public Runnable java(Storage at) {
        return kernel.plain(plainArguments(at, false));
    }

    /** The Vector API's twin, or the plain loop where the kernel has none, bound to its arrays. */
    public Runnable vector(Storage at, Workers workers) {
        return kernel.hasVector() ? kernel.vector(bound(arguments, at), workers) : java(at);
    }

    /** Whether a device with these limits runs the twin for work-groups. */
    public boolean groups(GroupLimits limits) {
        return kernel.group() != null && start().groups(limits);
    }

    /** The call as a task of a device. */
    public GridTask task(String id, Storage at, GroupLimits limits) {
        return groups(limits)
                ? GridTask.on(start().grid(), groupTask(id + part, at))
                : new GridTask(
                        kernel.loop()
                                .task(
                                        id + part,
                                        plainArguments(at, limits.groups()).toArray()),
                        start().loop(limits));
    }

    private TaskPackage groupTask(String id, Storage at) {
        List<Object> all = new ArrayList<>();
        all.add(WorkGroups.CONTEXT);
        List<Object> own = groupArguments != null
                ? groupArguments
                : arguments.stream()
                        .filter(a -> !(a instanceof Operand.FromGrid))
                        .toList();
        all.addAll(bound(own, at));
        all.addAll(start().sizes());
        return Objects.requireNonNull(kernel.group()).task(id, all.toArray());
    }

    private List<Object> plainArguments(Storage at, boolean groups) {
        List<Object> all = new ArrayList<>(bound(arguments, at));
        all.addAll(start().loopSizes(groups));
        return all;
    }

    /**
     * Arrays in place of buffers.
     *
     * @throws ArithmeticException for a number that {@link Op#size} saturated
     */
    private static List<Object> bound(List<Object> arguments, Storage at) {
        List<Object> all = new ArrayList<>(arguments.size() + 2);
        for (Object a : arguments) {
            Object value = a instanceof Operand.FromGrid(int number) ? number : a;
            if (value.equals(Integer.MAX_VALUE)) {
                throw new ArithmeticException("an extent beyond an int");
            }
            all.add(value instanceof Operand o ? at.of(o.buffer()) : value);
        }
        return all;
    }

    /** Buffers whose numbers calls need that none of them has overwritten before. */
    static List<Buffer> reads(List<Call> calls) {
        Set<Buffer> reads = new LinkedHashSet<>();
        Set<Buffer> made = new LinkedHashSet<>();
        for (Call call : calls) {
            call.operands().filter(o -> o.read() && !made.contains(o.buffer())).forEach(o -> reads.add(o.buffer()));
            call.operands().filter(Operand::written).forEach(o -> made.add(o.buffer()));
        }
        return List.copyOf(reads);
    }

    /** Buffers that calls write. */
    static List<Buffer> writes(List<Call> calls) {
        return calls.stream()
                .flatMap(Call::operands)
                .filter(Operand::written)
                .map(Operand::buffer)
                .distinct()
                .toList();
    }

    /**
     * Whether a result may lie in an operand's array: the first call that writes the result says so, and no later call
     * reads the operand.
     */
    static boolean mayOverwrite(List<Call> calls, Buffer read, Buffer written) {
        boolean replaced = false;
        for (Call call : calls) {
            if (replaced && call.operands().anyMatch(o -> o.read() && o.buffer().equals(read))) {
                return false;
            }
            if (!replaced) {
                List<Operand> writing = call.operands()
                        .filter(o -> o.written() && o.buffer().equals(written))
                        .toList();
                replaced = writing.stream().anyMatch(o -> o.replaced().contains(read));
                if (!writing.isEmpty() && !replaced) {
                    return false;
                }
            }
        }
        return replaced;
    }
}
