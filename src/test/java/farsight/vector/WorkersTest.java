package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkersTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void everyItemRunsOnceInRangesOfTheGrain(int threads) {
        try (Workers workers = new Workers(threads)) {
            for (int items : new int[] {0, 1, 7, 8, 9, 1000, 1001}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(items);
                workers.forEach(items, 8, (from, to) -> {
                    assertThat(from % 8).isZero();
                    assertThat(to).isEqualTo(Math.min(items, from + 8));
                    for (long i = from; i < to; i++) {
                        runs.incrementAndGet((int) i);
                    }
                });
                for (int i = 0; i < items; i++) {
                    assertThat(runs.get(i)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void thousandsOfShortLoopsEndOneAfterTheOther() {
        try (Workers workers = new Workers(3)) {
            AtomicLong sum = new AtomicLong();
            for (int loop = 0; loop < 20_000; loop++) {
                workers.forEach(4, 1, (from, to) -> sum.addAndGet(to - from));
            }
            assertThat(sum.get()).isEqualTo(80_000);
        }
    }

    @Test
    void allThreadsTakePart() {
        try (Workers workers = new Workers(3)) {
            CountDownLatch here = new CountDownLatch(3);
            Set<Thread> seen = ConcurrentHashMap.newKeySet();
            workers.forEach(3, 1, (from, to) -> {
                seen.add(Thread.currentThread());
                here.countDown();
                try {
                    here.await(); // each range keeps its thread until there are three
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(seen).hasSize(3).contains(Thread.currentThread());
        }
    }

    @Test
    void littleWorkStaysOnTheCallingThread() {
        try (Workers workers = new Workers(2)) {
            workers.forEach(
                    10,
                    10,
                    (from, to) -> assertThat(Thread.currentThread().isDaemon()).isFalse());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void anExceptionInARangeReachesTheCaller(int threads) {
        try (Workers workers = new Workers(threads)) {
            assertThatThrownBy(() -> workers.forEach(100, 1, (from, to) -> {
                        if (from == 40) {
                            throw new IllegalArgumentException("range 40");
                        }
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("range 40");
            AtomicInteger runs = new AtomicInteger();
            workers.forEach(100, 1, (from, to) -> runs.incrementAndGet());
            assertThat(runs.get()).isEqualTo(100);
        }
    }

    @Test
    void aLoopWithinALoopRuns() {
        try (Workers workers = new Workers(2)) {
            AtomicInteger runs = new AtomicInteger();
            workers.forEach(8, 1, (from, to) -> workers.forEach(8, 1, (f, t) -> runs.incrementAndGet()));
            assertThat(runs.get()).isEqualTo(64);
        }
    }

    @Test
    void loopsOfSeveralThreadsDoNotMix() throws InterruptedException {
        try (Workers workers = new Workers(2)) {
            Thread[] callers = new Thread[4];
            AtomicLong sum = new AtomicLong();
            for (int c = 0; c < callers.length; c++) {
                callers[c] = new Thread(() -> {
                    for (int loop = 0; loop < 1000; loop++) {
                        workers.forEach(10, 1, (from, to) -> sum.addAndGet(from));
                    }
                });
                callers[c].start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(sum.get()).isEqualTo(4 * 1000 * 45);
        }
    }

    @Test
    void closedWorkersLeaveTheLoopToItsCaller() {
        Workers workers = new Workers(2);
        workers.close();
        AtomicInteger runs = new AtomicInteger();
        workers.forEach(100, 1, (from, to) -> runs.incrementAndGet());
        assertThat(runs.get()).isEqualTo(100);
    }

    @Test
    void aTasksMemoryIsReleasedAfterItsLoop() throws InterruptedException {
        try (Workers workers = new Workers(2)) {
            WeakReference<byte[]> held = runWithArray(workers);
            for (int i = 0; i < 100 && held.get() != null; i++) {
                System.gc();
                Thread.sleep(10);
            }
            assertThat(held.get()).isNull();
        }
    }

    private static WeakReference<byte[]> runWithArray(Workers workers) {
        byte[] array = new byte[1000];
        workers.forEach(1000, 1, (from, to) -> array[(int) from] = 1);
        return new WeakReference<>(array);
    }

    @Test
    void sharedWorkersUseAllProcessorsAndStayOpen() {
        Workers shared = Workers.shared();
        shared.close();
        assertThat(shared.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(Workers.shared()).isSameAs(shared);
    }

    @Test
    void atLeastOneThreadAndOneItemPerGrain() {
        assertThatThrownBy(() -> new Workers(0)).hasMessage("threads: 0, expected at least 1");
        assertThatThrownBy(() -> Workers.shared().forEach(1, 0, (from, to) -> {}))
                .hasMessage("grain: 0, expected at least 1");
    }
}
