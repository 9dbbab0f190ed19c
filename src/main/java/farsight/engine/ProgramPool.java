package farsight.engine;

import farsight.op.GroupLimits;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Programs whose sessions are closed, with the code of their kernels, for the next session of an equal one, which then
 * compiles nothing. They hold no arrays on the device, but those on the host, so they are few and small.
 */
final class ProgramPool {

    /** Bytes of all arrays on the host together: a program that has more is not kept. */
    static final long MOST_BYTES = 64L << 20;

    /** Programs at most. */
    static final int MOST_PROGRAMS = 8;

    private static final ProgramPool SHARED = new ProgramPool();

    /**
     * What makes the code of two programs the same.
     *
     * @param device id of the engine
     * @param program steps, with the extents of their buffers
     * @param slots the array of each buffer
     * @param limits what decided which kernels it has
     */
    private record Key(String device, Program program, List<Integer> slots, GroupLimits limits) {
        static Key of(String device, MemoryPlan plan, GroupLimits limits) {
            Program program = plan.program();
            return new Key(
                    device, program, program.buffers().stream().map(plan::slot).toList(), limits);
        }
    }

    private record Kept(Key key, DeviceProgram program, long bytes) {}

    /** The longest kept first. */
    private final Deque<Kept> kept = new ArrayDeque<>();

    /** That of this process. */
    static ProgramPool shared() {
        return SHARED;
    }

    /** Takes a program out that is equal, its arrays zero. */
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

    /** Keeps a program that ran, and closes those that there is no room for beside it; one that is too large itself. */
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

    /** Bytes of the arrays that are kept. */
    synchronized long bytes() {
        return kept.stream().mapToLong(Kept::bytes).sum();
    }

    synchronized int size() {
        return kept.size();
    }

    /** Closes all. */
    synchronized void clear() {
        kept.forEach(k -> k.program.close());
        kept.clear();
    }
}
