package farsight.engine;

import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Enforces the rules of {@link Session} for any engine, in one place: one call at a time, buffers of the session's own
 * program, parts in order, nothing after close. The wrapped session need not check them.
 */
public final class GuardedSession implements Session {

    private final Program program;
    private final Session session;
    private final ReentrantLock turn = new ReentrantLock();
    private boolean closed;

    /** The part that may run next besides part 0; 0 when the last run reached its end, or failed. */
    private int next;

    /**
     * @param plan of the program that runs
     * @param session to be used only through this one from now on
     */
    public GuardedSession(MemoryPlan plan, Session session) {
        program = plan.program();
        this.session = session;
    }

    @Override
    public void fill(Buffer b, Consumer<MemorySegment> writer) {
        inTurn(() -> {
            mustBeOurs(b);
            session.fill(b, writer);
            return b;
        });
    }

    @Override
    public void drain(Buffer b, Consumer<MemorySegment> reader) {
        inTurn(() -> {
            mustBeOurs(b);
            session.drain(b, array -> reader.accept(array.asReadOnly()));
            return b;
        });
    }

    @Override
    public Timing run() {
        return inTurn(() -> {
            next = 0;
            return session.run();
        });
    }

    @Override
    public Timing run(int part) {
        return inTurn(() -> {
            if (part < 0 || part >= program.parts()) {
                throw new IllegalArgumentException(
                        "part %d of %s, expected 0 to %d".formatted(part, program.name(), program.parts() - 1));
            }
            if (part > 0 && part != next) {
                throw new IllegalStateException(
                        "part %d of %s runs after part %d, and only once".formatted(part, program.name(), part - 1));
            }
            next = 0;
            Timing timing = session.run(part);
            next = (part + 1) % program.parts();
            return timing;
        });
    }

    @Override
    public Timing profile() {
        return inTurn(() -> {
            next = 0;
            return session.profile();
        });
    }

    @Override
    public long bytes() {
        return inTurn(session::bytes);
    }

    @Override
    public void close() {
        mustNotBeWithin();
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } finally {
            turn.unlock();
        }
    }

    private <T> T inTurn(Supplier<T> call) {
        mustNotBeWithin();
        turn.lock();
        try {
            if (closed) {
                throw new IllegalStateException("this session is closed");
            }
            return call.get();
        } finally {
            turn.unlock();
        }
    }

    private void mustNotBeWithin() {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException("this session is already in use by the calling thread");
        }
    }

    // By identity: a buffer of another program may have the same number, name and shape.
    @SuppressWarnings("ReferenceEquality")
    private void mustBeOurs(Buffer b) {
        List<Buffer> ours = program.buffers();
        if (b.id() < 0 || b.id() >= ours.size() || ours.get(b.id()) != b) {
            throw new IllegalArgumentException(
                    "%s %s is no buffer of this session's program %s".formatted(b.name(), b.shape(), program.name()));
        }
    }
}
