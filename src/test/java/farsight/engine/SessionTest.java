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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SessionTest {

    private static final Program.Builder COPY = new Program.Builder("copy");
    private static final Buffer X = COPY.buffer("x", Shape.matrix(2, 3), Role.INPUT);
    private static final Buffer Y = COPY.buffer("y", Shape.matrix(2, 3), Role.OUTPUT);
    private static final MemoryPlan PLAN;

    static {
        COPY.add(new Copy(X, Y, false));
        PLAN = MemoryPlan.of(COPY.build());
    }

    static List<Engine> engines() {
        return Engines.present();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aWriteOfTheWrongSizeIsRefusedWithBothNumbers(Engine engine) {
        try (Session session = engine.open(PLAN)) {
            for (int n : new int[] {0, 5, 7}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> session.write(X, new float[n]))
                        .withMessage("x [1, 2, 3] has 6 floats, not " + n);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aClosedSessionRefusesCalls(Engine engine) {
        Session session = engine.open(PLAN);
        session.close();
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> session.write(X, 1, 2, 3, 4, 5, 6), session::run, () -> session.read(Y))) {
            assertThatIllegalStateException().isThrownBy(use).withMessage("this session is closed");
        }
        session.close();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aReadOfTheWrongSizeIsRefusedWithBothNumbers(Engine engine) {
        try (Session session = engine.open(PLAN)) {
            session.write(X, 1, 2, 3, 4, 5, 6);
            session.run();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> session.read(Y, MemorySegment.ofArray(new float[12])))
                    .withMessage("y [1, 2, 3] has 6 floats, not 12");
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void everyRunSeesWhatWasWrittenBeforeIt(Engine engine) {
        try (Session session = engine.open(PLAN)) {
            session.write(X, 1, 2, 3, 4, 5, 6);
            session.run();
            assertThat(session.read(Y)).containsExactly(1, 2, 3, 4, 5, 6);
            session.write(X, 6, 5, 4, 3, 2, 1);
            session.run();
            assertThat(session.read(Y)).containsExactly(6, 5, 4, 3, 2, 1);
            assertThat(session.read(X)).containsExactly(6, 5, 4, 3, 2, 1);
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void numbersComeFromAndGoToMemoryOutsideTheHeapToo(Engine engine) {
        try (Session session = engine.open(PLAN);
                Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, -2, 3, Float.MIN_VALUE, 5, 6);
            MemorySegment into = arena.allocate(values.byteSize());
            session.write(X, values);
            session.run();
            session.read(Y, into);
            assertThat(into.mismatch(values)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void twoSessionsOfOnePlanDoNotShareTheirNumbers(Engine engine) {
        try (Session one = engine.open(PLAN);
                Session other = engine.open(PLAN)) {
            one.write(X, 1, 1, 1, 1, 1, 1);
            other.write(X, 2, 2, 2, 2, 2, 2);
            one.run();
            other.run();
            assertThat(one.read(Y)).containsOnly(1);
            assertThat(other.read(Y)).containsOnly(2);
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void closingTwiceIsClosingOnce(Engine engine) {
        Session session = engine.open(PLAN);
        session.write(X, 1, 2, 3, 4, 5, 6);
        session.run();
        session.close();
        session.close();
    }
}
