package farsight.bench;

import farsight.data.Synthetic;
import farsight.engine.Engine;
import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sessions that are ready to run. */
final class Inputs {

    private Inputs() {}

    /** Opens a program on a device and fills what it is given: normals; those of a weight keep a product's size. */
    static Session session(String device, Program program) {
        Engine engine = Engines.find(device);
        Session session = engine.open(MemoryPlan.of(program));
        for (Buffer b : program.buffers()) {
            if (program.role(b) == Role.INPUT || program.role(b) == Role.PARAMETER) {
                double deviation = program.role(b) == Role.PARAMETER
                        ? 1 / Math.sqrt((double) b.shape().cols())
                        : 1;
                write(session, b, (float) deviation);
            }
        }
        return session;
    }

    private static void write(Session session, Buffer b, float deviation) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(ValueLayout.JAVA_FLOAT, b.elements());
            Synthetic.normal(values, b.elements(), b.id());
            for (long i = 0; i < b.elements(); i++) {
                float value = deviation * values.getAtIndex(ValueLayout.JAVA_FLOAT, i);
                values.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            }
            session.write(b, values);
        }
    }
}
