package farsight.engine.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.engine.Devices;
import farsight.engine.Engine;
import farsight.engine.GuardedSession;
import farsight.engine.OnDevice;
import farsight.engine.Session;
import farsight.op.element.Copy;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;

/** A failed run leaves no results of the previous run, and the next run is unaffected. */
@OnDevice
class FailedRunDeviceTest {

    /** An array of 4 MB, beside which TornadoVM's least limit is small. */
    private static final int LENGTH = 1_000_000;

    private static final Program.Builder COPY = new Program.Builder("failing");
    private static final Buffer X = COPY.buffer("x", Shape.vector(LENGTH), Role.INPUT);
    private static final Buffer Y = COPY.buffer("y", Shape.vector(LENGTH), Role.OUTPUT);
    private static final MemoryPlan PLAN;

    static {
        COPY.add(new Copy(X, Y, false));
        PLAN = MemoryPlan.of(COPY.build());
    }

    static Stream<Arguments> devices() {
        return Devices.present().stream().map(e -> Arguments.of(e.id(), e));
    }

    private static float[] all(float value) {
        float[] values = new float[LENGTH];
        Arrays.fill(values, value);
        return values;
    }

    private static TornadoExecutionPlan execution(Session session) throws ReflectiveOperationException {
        Object guarded = value(GuardedSession.class, "session", session);
        return (TornadoExecutionPlan) value(TornadoSession.class, "execution", guarded);
    }

    private static Object value(Class<?> type, String name, Object of) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void outputsOfThePreviousRunAreNotRead(String id, Engine device) throws ReflectiveOperationException {
        try (Session session = device.open(PLAN)) {
            session.write(X, all(1));
            session.run();
            assertThat(session.read(Y)).containsOnly(1);
            session.write(X, all(2));
            // An execution that TornadoVM refuses: its own limit is below what the arrays take.
            execution(session).withMemoryLimit("1MB");
            assertThatThrownBy(session::run).isInstanceOf(RuntimeException.class);
            assertThatThrownBy(() -> session.read(Y))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the last run failed, and left nothing in y");
            assertThat(session.read(X)).containsOnly(2);
            execution(session).withoutMemoryLimit();
            session.run();
            assertThat(session.read(Y)).containsOnly(2);
        }
    }
}
