package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import farsight.op.element.Copy;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Call rules that every engine's sessions enforce. */
class GuardedSessionTest {

    /** y = x, and then z = w. */
    private record Copies(MemoryPlan plan, Buffer x, Buffer w, Buffer y, Buffer z) {
        static Copies make() {
            Program.Builder b = new Program.Builder("copies");
            Buffer x = b.buffer("x", Shape.matrix(2, 3), Role.INPUT);
            Buffer w = b.buffer("w", Shape.matrix(2, 3), Role.INPUT);
            Buffer y = b.buffer("y", Shape.matrix(2, 3), Role.OUTPUT);
            Buffer z = b.buffer("z", Shape.matrix(2, 3), Role.OUTPUT);
            b.add(new Copy(x, y, false));
            b.endPart();
            b.add(new Copy(w, z, false));
            return new Copies(MemoryPlan.of(b.build()), x, w, y, z);
        }
    }

    private static final Copies OURS = Copies.make();

    static List<Engine> engines() {
        return Engines.present();
    }

    private static List<ThrowingCallable> uses(Session session, Copies of) {
        return List.of(
                () -> session.write(of.x, 1, 2, 3, 4, 5, 6),
                () -> session.write(of.x, MemorySegment.ofArray(new float[6])),
                () -> session.fill(of.x, _ -> {}),
                () -> session.read(of.y),
                () -> session.read(of.x, MemorySegment.ofArray(new float[6])),
                () -> session.drain(of.y, _ -> {}));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aBufferOfAnotherProgramIsRefusedThoughItsNumberAndShapeAreTheSame(Engine engine) {
        try (Session session = engine.open(OURS.plan)) {
            for (ThrowingCallable use : uses(session, Copies.make())) {
                assertThatIllegalArgumentException()
                        .isThrownBy(use)
                        .withMessageContaining("is no buffer of this session's program copies");
            }
            Buffer beyond = new Buffer(99, "x", Shape.matrix(2, 3));
            assertThatIllegalArgumentException().isThrownBy(() -> session.read(beyond));
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void everyCallAfterCloseFails(Engine engine) {
        Session session = engine.open(OURS.plan);
        session.close();
        session.close();
        for (ThrowingCallable use : uses(session, OURS)) {
            assertThatIllegalStateException().isThrownBy(use).withMessage("this session is closed");
        }
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                session::run, session::profile, session::bytes, () -> session.run(0), () -> session.run(1))) {
            assertThatIllegalStateException().isThrownBy(use).withMessage("this session is closed");
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void partsRunInTheirOrderWithInputsGivenBetween(Engine engine) {
        try (Session session = engine.open(OURS.plan)) {
            for (float f = 1; f < 4; f++) {
                session.write(OURS.x, f, 2, 3, 4, 5, 6);
                session.run(0);
                assertThat(session.read(OURS.y)).containsExactly(f, 2, 3, 4, 5, 6);
                session.write(OURS.w, 7, f, 9, 10, 11, 12);
                session.run(1);
                assertThat(session.read(OURS.z)).containsExactly(7, f, 9, 10, 11, 12);
                assertThat(session.read(OURS.y)).containsExactly(f, 2, 3, 4, 5, 6);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aPartThatIsNotNextIsRefused(Engine engine) {
        try (Session session = engine.open(OURS.plan)) {
            String message = "part 1 of copies runs after part 0, and only once";
            assertThatIllegalStateException().isThrownBy(() -> session.run(1)).withMessage(message);
            session.run();
            assertThatIllegalStateException().isThrownBy(() -> session.run(1)).withMessage(message);
            session.run(0);
            session.run(1);
            assertThatIllegalStateException().isThrownBy(() -> session.run(1)).withMessage(message);
            for (int part : new int[] {-1, 2}) {
                assertThatIllegalArgumentException().isThrownBy(() -> session.run(part));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void anArrayIsFilledAndReadInPlace(Engine engine) {
        try (Session session = engine.open(OURS.plan)) {
            session.fill(OURS.x, array -> {
                assertThat(array.byteSize()).isEqualTo(24);
                for (int i = 0; i < 6; i++) {
                    array.setAtIndex(ValueLayout.JAVA_FLOAT, i, i);
                }
            });
            session.run();
            session.drain(OURS.y, array -> {
                assertThat(array.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(0, 1, 2, 3, 4, 5);
                assertThat(array.isReadOnly()).isTrue();
            });
        }
    }

    /** Whoever closes a session in use would free memory in use. */
    @ParameterizedTest
    @MethodSource("engines")
    void closingWaitsForARunningCall(Engine engine) throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Session session = engine.open(OURS.plan);
        try (var threads = Executors.newFixedThreadPool(2)) {
            Future<?> fills = threads.submit(() -> session.fill(OURS.x, array -> {
                within.countDown();
                await(go);
                array.fill((byte) 0);
            }));
            await(within);
            Future<?> closes = threads.submit(session::close);
            assertThat(endsWithin(closes, 100)).isFalse();
            go.countDown();
            fills.get(5, TimeUnit.MINUTES);
            closes.get(5, TimeUnit.MINUTES);
        }
        assertThatIllegalStateException().isThrownBy(session::run).withMessage("this session is closed");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean endsWithin(Future<?> task, int millis) throws Exception {
        try {
            task.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static void end(Session session) {
        session.close();
    }

    @Test
    void aSessionIsNotUsedFromWithinItsOwnArrays() {
        try (Session session = Engines.find("java").open(OURS.plan)) {
            for (Consumer<MemorySegment> use :
                    List.<Consumer<MemorySegment>>of(_ -> end(session), _ -> session.run())) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> session.drain(OURS.x, use))
                        .withMessageContaining("already in use by the calling thread");
            }
            session.run();
        }
    }

    /** Many threads that close and use one session: each call is right, or says that it is closed. */
    @ParameterizedTest
    @MethodSource("engines")
    void callsThatRaceWithCloseSucceedOrFailCleanly(Engine engine) throws Exception {
        for (int round = 0; round < 5; round++) {
            Session session = engine.open(OURS.plan);
            try (var threads = Executors.newFixedThreadPool(4)) {
                List<Future<?>> all = List.of(
                        threads.submit(() -> runToTheEnd(session)),
                        threads.submit(() -> runToTheEnd(session)),
                        threads.submit(() -> runToTheEnd(session)));
                Thread.sleep(5);
                session.close();
                for (Future<?> f : all) {
                    f.get(5, TimeUnit.MINUTES);
                }
            }
        }
    }

    private static void runToTheEnd(Session session) {
        try {
            while (true) {
                session.write(OURS.x, 1, 2, 3, 4, 5, 6);
                session.run();
                assertThat(session.read(OURS.x)).containsExactly(1, 2, 3, 4, 5, 6);
            }
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("this session is closed");
        }
    }
}
