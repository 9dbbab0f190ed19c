package farsight.engine.tornado;

import farsight.op.GroupLimits;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Programs of closed sessions, with their kernels' code. The next session of an equal program takes one and compiles
 * nothing. Pooled programs keep their arrays on the host but none on the device, so they are few and small.
 */
final class ProgramPool {

    /** Most bytes of all arrays on the host together; a larger program is not kept. */
    static final long MOST_BYTES = 64L << 20;

    /** Most programs. */
    static final int MOST_PROGRAMS = 8;

    private static final ProgramPool SHARED = new ProgramPool();

    /**
     * Two programs with equal keys have the same code.
     *
     * @param device id of the engine
     * @param program steps, with the extents of their buffers
     * @param slots the array of each buffer
     * @param limits decided which kernels it has
     */
    private record Key(String device, Program program, List<Integer> slots, GroupLimits limits) {
        static Key of(String device, MemoryPlan plan, GroupLimits limits) {
            Program program = plan.program();
            return new Key(
                    device, program, program.buffers().stream().map(plan::slot).toList(), limits);
        }
    }

    private record Kept(Key key, DeviceProgram program, long bytes) {}

    /** Oldest first. */
    private final Deque<Kept> kept = new ArrayDeque<>();

    /** The pool of this process. */
    static ProgramPool shared() {
        return SHARED;
    }

    /** Removes and returns an equal program, its arrays set to zero. */
    synchronized Optional<DeviceProgram> take(String device, MemoryPlan plan, GroupLimits limits) {
        Key key = Key.of(device, plan, limits);
        for (Iterator<Kept> all = kept.descendingIterator(); all.hasNext(); ) {
            Kept k = all.next();
            if (k.key.equals(key)) {
                all.remove();
                k.program.clear();
                return Optional.of(k.program);
            }
        }
        return Optional.empty();
    }

    /** Keeps a program that ran and closes older ones to make room; closes it instead if it is too large itself. */
    synchronized void keep(String device, MemoryPlan plan, GroupLimits limits, DeviceProgram program) {
        if (plan.bytes() > MOST_BYTES) {
            program.close();
            return;
        }
        try {
            program.release();
        } catch (RuntimeException | Error e) {
            try (program) {
                throw e;
            }
        }
        kept.addLast(new Kept(Key.of(device, plan, limits), program, plan.bytes()));
        while (kept.size() > MOST_PROGRAMS || bytes() > MOST_BYTES) {
            kept.removeFirst().program.close();
        }
    }

    /** Bytes of the kept arrays. */
    synchronized long bytes() {
        return kept.stream().mapToLong(Kept::bytes).sum();
    }

    synchronized int size() {
        return kept.size();
    }

    /** Closes all programs. */
    synchronized void clear() {
        kept.forEach(k -> k.program.close());
        kept.clear();
    }
}
