package farsight.vector;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share a loop. The calling thread takes part. The others are daemons that wait for the next loop, awake
 * for a millisecond (operations follow each other closely), then parked.
 *
 * <p>The grain alone determines the ranges of a loop; any free thread may run any range. So a loop whose ranges write
 * to different places gives the same result for any number of threads.
 *
 * <p>One loop runs at a time. If a loop starts while another runs (from within a task, or from another thread), its
 * calling thread runs it alone.
 */
public final class Workers implements AutoCloseable {

    /** Number of polls before a waiting thread yields its processor: about ten microseconds. */
    private static final int SPINS = 500;

    /**
     * Nanoseconds that a thread stays awake, yielding, before it parks. Waking a parked thread takes some 50 µs, longer
     * than many operations. A few small operations that one thread runs alone must not send the others to sleep.
     */
    private static final long AWAKE = 1_000_000;

    private final int threads;
    private final boolean closeable;
    private final Helper[] helpers;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile @Nullable Loop current;
    private volatile boolean closed;

    /** The body of a loop. */
    @FunctionalInterface
    public interface RangeTask {
        /** Runs the items from {@code from} (inclusive) to {@code to} (exclusive). */
        void run(long from, long to);
    }

    /**
     * @param threads number of threads, including the calling one, at least 1
     */
    public Workers(int threads) {
        this(threads, true);
    }

    private Workers(int threads, boolean closeable) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: " + threads + ", expected at least 1");
        }
        this.threads = threads;
        this.closeable = closeable;
        helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper("farsight-worker-" + (i + 1));
            helpers[i].start();
        }
    }

    /** The shared workers, with as many threads as this JVM has processors. Closing them does nothing. */
    public static Workers shared() {
        return Shared.WORKERS;
    }

    /** The number of threads, including the calling one. */
    public int threads() {
        return threads;
    }

    /**
     * Runs the items 0 to {@code items}, exclusive, in ranges of {@code grain}, the last perhaps shorter, and returns
     * when all are done. Up to {@code grain} items run directly on the calling thread and wake no other thread.
     *
     * @param grain items per range, at least 1
     * @throws RuntimeException or an Error: the first that a range threw; ranges not yet begun are then skipped
     */
    public void forEach(long items, long grain, RangeTask task) {
        if (grain < 1) {
            throw new IllegalArgumentException("grain: " + grain + ", expected at least 1");
        }
        if (items <= grain || helpers.length == 0 || closed || !busy.compareAndSet(false, true)) {
            for (long from = 0; from < items; from += grain) {
                task.run(from, Math.min(items, from + grain));
            }
            return;
        }
        Loop loop = new Loop(items, grain, task);
        try {
            current = loop;
            long spare = (items - 1) / grain;
            for (int i = 0; i < helpers.length && i < spare; i++) {
                helpers[i].wake();
            }
            loop.work();
            loop.awaitEnd();
        } finally {
            current = null;
            busy.set(false);
        }
        loop.rethrow();
    }

    /** Ends the threads. Later loops run on their calling thread alone. */
    @Override
    public void close() {
        if (closeable) {
            closed = true;
            for (Helper helper : helpers) {
                helper.wake();
            }
        }
    }

    /** The shared workers, made on first use. */
    private static final class Shared {
        static final Workers WORKERS = new Workers(Runtime.getRuntime().availableProcessors(), false);
    }

    /** Waits awake until the condition holds; false if it did not in time. */
    @SuppressWarnings("ThreadPriorityCheck") // yielding is only a courtesy to other processes
    private static boolean stayAwake(BooleanSupplier holds) {
        for (int i = 0; i < SPINS; i++) {
            if (holds.getAsBoolean()) {
                return true;
            }
            Thread.onSpinWait();
        }
        long start = System.nanoTime();
        while (System.nanoTime() - start < AWAKE) {
            if (holds.getAsBoolean()) {
                return true;
            }
            Thread.yield();
        }
        return holds.getAsBoolean();
    }

    /** One loop: the ranges handed out so far, and the ranges done. */
    private static final class Loop {
        private final long items;
        private final long grain;
        private final AtomicLong next = new AtomicLong();
        private final AtomicLong left;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private volatile @Nullable Thread waiting;
        /**
         * Null once all ranges are done, so that a helper with a reference to the loop does not retain the arrays of
         * its task.
         */
        private volatile @Nullable RangeTask task;

        Loop(long items, long grain, RangeTask task) {
            this.items = items;
            this.grain = grain;
            this.task = task;
            left = new AtomicLong(items);
        }

        void work() {
            for (long from = next.getAndAdd(grain); from < items; from = next.getAndAdd(grain)) {
                long to = Math.min(items, from + grain);
                // Not null, because the range just taken is not done.
                RangeTask body = task;
                if (body != null && failure.get() == null) {
                    run(body, from, to);
                }
                if (left.addAndGet(from - to) == 0) {
                    LockSupport.unpark(waiting);
                }
            }
        }

        /** Any throwable reaches the calling thread. */
        private void run(RangeTask body, long from, long to) {
            try {
                body.run(from, to);
            } catch (Throwable t) {
                failure.compareAndSet(null, t);
            }
        }

        void awaitEnd() {
            if (!stayAwake(() -> left.get() == 0)) {
                waiting = Thread.currentThread();
                boolean interrupted = false;
                while (left.get() > 0) {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            task = null;
        }

        void rethrow() {
            switch (failure.get()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable t -> throw new IllegalStateException(t);
            }
        }
    }

    /** A thread that takes part in loop after loop. */
    private final class Helper extends Thread {
        private volatile boolean parked;

        Helper(String name) {
            super(name);
            setDaemon(true);
        }

        void wake() {
            if (parked) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            Loop last = null;
            while (!closed) {
                Loop loop = await(last);
                if (loop != null) {
                    loop.work();
                }
                last = loop;
            }
        }

        /** The loop after {@code last}, or null if there is none yet after a while. */
        private @Nullable Loop await(@Nullable Loop last) {
            if (stayAwake(() -> isNew(current, last))) {
                return current;
            }
            parked = true;
            // A thread that sets a loop checks {@code parked} afterwards, so one of the two threads sees the other.
            if (!isNew(current, last) && !closed) {
                LockSupport.park(Workers.this);
            }
            parked = false;
            return current;
        }

        private boolean isNew(@Nullable Loop loop, @Nullable Loop last) {
            return loop != null && loop != last;
        }
    }
}
