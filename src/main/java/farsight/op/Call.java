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
 * A kernel bound to buffers and numbers. Engines run it; a program reads its operands.
 *
 * @param kernel the kernel
 * @param arguments operands and numbers, in the order of the plain loop's parameters
 * @param groupArguments arguments of the work-group twin, between its context and its sizes; null: {@code arguments}
 *     without the numbers it knows from its grid
 * @param launch how a device starts it
 * @param part suffix of the task's id, for an operation with several calls
 */
public record Call(
        Kernel kernel,
        List<Object> arguments,
        @Nullable List<Object> groupArguments,
        @Nullable Launch launch,
        String part) {

    /** A call launched as a plain loop: one iteration per element of the largest buffer it writes. */
    Call(Kernel kernel, List<Object> arguments) {
        this(kernel, arguments, null, null, "");
    }

    /** The same call with this launch. */
    public Call by(Launch how) {
        return new Call(kernel, arguments, groupArguments, how, part);
    }

    /** The same call, with {@code name} as its part. */
    public Call named(String name) {
        return new Call(kernel, arguments, groupArguments, launch, name);
    }

    /** The same call, with other arguments for the work-group twin. */
    public Call grouped(Object... others) {
        return new Call(kernel, arguments, List.of(others), launch, part);
    }

    /** The same call, whose result {@code written} may share the array of {@code read}. */
    public Call over(Buffer written, Buffer read) {
        List<Object> all = new ArrayList<>();
        for (Object a : arguments) {
            all.add(a instanceof Operand o && o.buffer().equals(written) ? o.over(read) : a);
        }
        return new Call(kernel, all, groupArguments, launch, part);
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

    /** The Vector API twin bound to its arrays; the plain loop if the kernel has no such twin. */
    public Runnable vector(Storage at, Workers workers) {
        return kernel.hasVector() ? kernel.vector(bound(arguments, at), workers) : java(at);
    }

    /** Whether a device with these limits runs the work-group twin. */
    public boolean groups(GroupLimits limits) {
        return kernel.group() != null && start().groups(limits);
    }

    /** The call as a device task. */
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
     * The arguments, with each buffer replaced by its array.
     *
     * @throws ArithmeticException for a number that {@link Op#size} saturated
     */
    private static List<Object> bound(List<Object> arguments, Storage at) {
        List<Object> all = new ArrayList<>(arguments.size() + 2);
        for (Object a : arguments) {
            Object value = a instanceof Operand.FromGrid(int number) ? number : a;
            if (value.equals(Integer.MAX_VALUE)) {
                throw new ArithmeticException("an extent exceeds an int");
            }
            all.add(value instanceof Operand o ? at.of(o.buffer()) : value);
        }
        return all;
    }

    /** Buffers that the calls read before any of them writes to it. */
    static List<Buffer> reads(List<Call> calls) {
        Set<Buffer> reads = new LinkedHashSet<>();
        Set<Buffer> made = new LinkedHashSet<>();
        for (Call call : calls) {
            call.operands().filter(o -> o.read() && !made.contains(o.buffer())).forEach(o -> reads.add(o.buffer()));
            call.operands().filter(Operand::written).forEach(o -> made.add(o.buffer()));
        }
        return List.copyOf(reads);
    }

    /** Buffers that the calls write. */
    static List<Buffer> writes(List<Call> calls) {
        return calls.stream()
                .flatMap(Call::operands)
                .filter(Operand::written)
                .map(Operand::buffer)
                .distinct()
                .toList();
    }

    /**
     * Whether a result may share an operand's array: the first call that writes the result allows it, and no later call
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
