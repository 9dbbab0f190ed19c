package farsight.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Assigns the buffers of a {@link Program} to arrays, and so tells the bytes it takes. Allocates nothing.
 *
 * <p>Inputs, parameters, states and outputs have an array each. Intermediates live from the step that first writes them to the
 * last that touches them; intermediates that never live together may share an array. If a step {@link Step#mayOverwrite
 * may overwrite} its operand, the result may take over the operand's array. Intermediates are placed by size, largest
 * first, so an array is as large as its first tenant. The array of an output is free for intermediates until the output
 * is first written; the plan uses it before making a new array.
 */
public final class MemoryPlan {

    /** Maximum floats in one array: TornadoVM indexes arrays by int, header included. */
    public static final long MAX_ARRAY_ELEMENTS = Integer.MAX_VALUE - 16L;

    private final Program program;
    private final int[] slotOf;
    private final List<Slot> slots;

    private MemoryPlan(Program program, int[] slotOf, List<Slot> slots) {
        this.program = program;
        this.slotOf = slotOf;
        this.slots = slots;
    }

    /**
     * An array.
     *
     * @param role role of its first buffer
     * @param elements floats
     * @param first the buffer that the array was made for
     */
    private record Slot(Role role, long elements, Buffer first) {

        static Slot of(Role role, Buffer first) {
            return new Slot(role, first.elements(), first);
        }
    }

    /** Plans a program's arrays, sharing wherever lifetimes allow. */
    public static MemoryPlan of(Program program) {
        return plan(program, true);
    }

    /** Plans one array per buffer, to compare with sharing. */
    public static MemoryPlan withoutSharing(Program program) {
        return plan(program, false);
    }

    private static MemoryPlan plan(Program program, boolean share) {
        Lifetimes lives = Lifetimes.of(program);
        int[] slotOf = new int[program.buffers().size()];
        List<Slot> slots = new ArrayList<>();
        List<Buffer> shared = new ArrayList<>();
        for (Buffer b : program.buffers()) {
            if (program.role(b).pinned() || !share) {
                slotOf[b.id()] = slots.size();
                slots.add(Slot.of(program.role(b), b));
            } else {
                shared.add(b);
            }
        }
        List<Integer> open = new ArrayList<>(IntStream.range(0, slots.size())
                .filter(s -> slots.get(s).role() == Role.OUTPUT)
                .boxed()
                .sorted(Comparator.comparingLong(s -> slots.get(s).elements()))
                .toList());
        Vacancies vacancies = new Vacancies(lives);
        open.forEach(s -> vacancies.open(slots.get(s).first()));
        // The outputs are sorted by size, smallest first. The later arrays have room, because each buffer is no larger
        // than any before it.
        int small = open.size();
        shared.sort(Comparator.comparingLong(Buffer::elements).reversed().thenComparingInt(Buffer::id));
        for (Buffer b : shared) {
            while (small > 0 && slots.get(open.get(small - 1)).elements() >= b.elements()) {
                small--;
            }
            int found = vacancies.find(b, small);
            if (found >= 0) {
                slotOf[b.id()] = open.get(found);
                vacancies.move(b, found);
            } else {
                slotOf[b.id()] = slots.size();
                open.add(slots.size());
                slots.add(Slot.of(Role.INTERMEDIATE, b));
                vacancies.open(b);
            }
        }
        return new MemoryPlan(program, slotOf, slots);
    }

    /** The program it plans. */
    public Program program() {
        return program;
    }

    /** Number of arrays. */
    public int arrays() {
        return slots.size();
    }

    /** Floats in array {@code slot}. */
    public long elements(int slot) {
        return slots.get(slot).elements();
    }

    /** The array that holds a buffer, from index 0. */
    public int slot(Buffer b) {
        return slotOf[b.id()];
    }

    /** Bytes of all arrays, without headers. */
    public long bytes() {
        return bytes(0);
    }

    /**
     * Bytes of all arrays, each with a header.
     *
     * @param headerBytes bytes before each array's first float
     * @throws ArithmeticException if the sum exceeds a long
     */
    public long bytes(long headerBytes) {
        long sum = 0;
        for (Slot slot : slots) {
            sum = Math.addExact(sum, Math.addExact(Math.multiplyExact(slot.elements(), 4L), headerBytes));
        }
        return sum;
    }

    /**
     * Bytes of the arrays made for buffers of one role. An output's array counts as output, even if intermediates use
     * it first.
     */
    public long bytes(Role role) {
        return slots.stream()
                .filter(slot -> slot.role() == role)
                .mapToLong(slot -> Math.multiplyExact(slot.elements(), 4L))
                .reduce(0L, Math::addExact);
    }

    /** The buffer with the most elements; it decides whether every buffer fits an array. */
    public Buffer largest() {
        return program.buffers().stream()
                .max(Comparator.comparingLong(Buffer::elements))
                .orElseThrow(() -> new IllegalStateException("the program has no buffers"));
    }
}
