package farsight.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which buffers share an array, and so how many bytes a {@link Program} takes. Nothing is allocated.
 *
 * <p>Inputs, parameters and outputs have an array each. Intermediates live from the step that first
 * writes them to the last that touches them; those that never live together may share an array. A
 * step that {@link Step#mayOverwrite may overwrite} its operand hands the operand's array on. The
 * intermediates are placed in the order of their size, largest first, so an array's size is that of
 * its first tenant.
 */
public final class MemoryPlan {

    /** Most floats in one array: TornadoVM's arrays are indexed by int, header included. */
    public static final long MAX_ARRAY_ELEMENTS = Integer.MAX_VALUE - 16L;

    private final Program program;
    private final int[] slotOf;
    private final long[] slotElements;

    private MemoryPlan(Program program, int[] slotOf, long[] slotElements) {
        this.program = program;
        this.slotOf = slotOf;
        this.slotElements = slotElements;
    }

    /** Plans a program's arrays, sharing wherever lifetimes allow. */
    public static MemoryPlan of(Program program) {
        return plan(program, true);
    }

    /** Plans one array a buffer: what the program takes without sharing, for comparison. */
    public static MemoryPlan withoutSharing(Program program) {
        return plan(program, false);
    }

    private static MemoryPlan plan(Program program, boolean share) {
        Lifetimes lives = Lifetimes.of(program);
        int[] slotOf = new int[program.buffers().size()];
        Arrays.fill(slotOf, -1);
        List<Long> slots = new ArrayList<>();
        Map<Integer, List<Buffer>> tenants = new HashMap<>();
        List<Buffer> shared = new ArrayList<>();
        for (Buffer b : program.buffers()) {
            if (program.role(b).pinned() || !share) {
                slotOf[b.id()] = slots.size();
                slots.add(b.elements());
            } else {
                shared.add(b);
            }
        }
        shared.sort(Comparator.comparingLong(Buffer::elements).reversed().thenComparingInt(Buffer::id));
        int firstShared = slots.size();
        for (Buffer b : shared) {
            int slot = firstShared;
            while (slot < slots.size() && lives.clash(b, tenants.getOrDefault(slot, List.of()))) {
                slot++;
            }
            if (slot == slots.size()) {
                slots.add(b.elements());
            }
            slotOf[b.id()] = slot;
            tenants.computeIfAbsent(slot, k -> new ArrayList<>()).add(b);
        }
        return new MemoryPlan(
                program, slotOf, slots.stream().mapToLong(Long::longValue).toArray());
    }

    /** The program it plans. */
    public Program program() {
        return program;
    }

    /** Number of arrays. */
    public int arrays() {
        return slotElements.length;
    }

    /** Floats in array {@code slot}. */
    public long elements(int slot) {
        return slotElements[slot];
    }

    /** The array a buffer lies in, from its first element on. */
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
     * @throws ArithmeticException when the sum exceeds a long
     */
    public long bytes(long headerBytes) {
        long sum = 0;
        for (long e : slotElements) {
            sum = Math.addExact(sum, Math.addExact(Math.multiplyExact(e, 4L), headerBytes));
        }
        return sum;
    }

    /** Bytes of the arrays of buffers of one role. */
    public long bytes(Role role) {
        Set<Integer> counted = new HashSet<>();
        long sum = 0;
        for (Buffer b : program.buffers()) {
            if (program.role(b) == role && counted.add(slotOf[b.id()])) {
                sum = Math.addExact(sum, slotElements[slotOf[b.id()]] * 4);
            }
        }
        return sum;
    }

    /** The buffer with most elements, which decides whether one array can hold it. */
    public Buffer largest() {
        return program.buffers().stream()
                .max(Comparator.comparingLong(Buffer::elements))
                .orElseThrow(() -> new IllegalStateException("the program has no buffers"));
    }

    /** First and last step that touches each buffer. */
    private record Lifetimes(Program program, int[] first, int[] last) {

        static Lifetimes of(Program program) {
            int[] first = new int[program.buffers().size()];
            int[] last = new int[first.length];
            Arrays.fill(first, Integer.MAX_VALUE);
            Arrays.fill(last, -1);
            for (int s = 0; s < program.steps().size(); s++) {
                Step step = program.steps().get(s);
                for (List<Buffer> touched : List.of(step.reads(), step.writes())) {
                    for (Buffer b : touched) {
                        first[b.id()] = Math.min(first[b.id()], s);
                        last[b.id()] = s;
                    }
                }
            }
            return new Lifetimes(program, first, last);
        }

        boolean clash(Buffer b, List<Buffer> others) {
            return others.stream().anyMatch(o -> clash(b, o));
        }

        private boolean clash(Buffer a, Buffer b) {
            boolean inOrder = first[a.id()] <= first[b.id()];
            Buffer early = inOrder ? a : b;
            Buffer late = inOrder ? b : a;
            if (last[early.id()] < first[late.id()]) {
                return false;
            }
            // They meet in one step only: it reads the early one for the last time and writes the late.
            if (last[early.id()] == first[late.id()] && first[early.id()] < first[late.id()]) {
                Step step = program.steps().get(first[late.id()]);
                return !(step.reads().contains(early)
                        && !step.writes().contains(early)
                        && !step.reads().contains(late)
                        && step.mayOverwrite(early, late));
            }
            return true;
        }
    }
}
