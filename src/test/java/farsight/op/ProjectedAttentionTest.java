package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.tape.Projection;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention over projections of x as keys and values is the same in one buffer as in two. */
class ProjectedAttentionTest {

    private static final int CHANNELS = 9;

    /** A program over the same operands, with every gradient. */
    private static final class Attention {
        private final Program.Builder builder = new Program.Builder("attention");
        private final Tape tape = new Tape(builder, Purpose.BACKWARD);
        private final List<Buffer> given = new ArrayList<>();
        private final Buffer q;
        private final Buffer x;
        private final Projection keys;
        private final Projection values;
        private final Buffer dy;

        Attention(int batch, int rows, int positions, int c, int width) {
            q = operand("q", new Shape(batch, rows, c));
            x = operand("x", new Shape(batch, positions, CHANNELS));
            keys = new Projection(operand("wk", new Shape(1, c, CHANNELS)), operand("bk", new Shape(1, 1, c)));
            values =
                    new Projection(operand("wv", new Shape(1, width, CHANNELS)), operand("bv", new Shape(1, 1, width)));
            dy = operand("dy", new Shape(batch, rows, width));
        }

        private Buffer operand(String name, Shape shape) {
            Buffer b = tape.given(name, shape, Role.INPUT);
            given.add(b);
            return b;
        }

        Buffer together() {
            return tape.attention().flash(q, x, keys, values, 0.3f);
        }

        Buffer apart() {
            Buffer v = tape.project(x, values.w(), values.bias());
            Buffer k = tape.projectBeforeSoftmax(x, keys.w(), keys.bias());
            return tape.attention().flash(q, k, v, 0.3f);
        }

        /** The result and the gradients of q, x, both weights and both biases. */
        List<float[]> run(Buffer y, String engine) {
            builder.output(y);
            List<Buffer> results = new ArrayList<>(List.of(y));
            results.addAll(tape.backward(y, dy, given.subList(0, given.size() - 1)));
            Random random = new Random(3);
            try (Session session = Engines.find(engine).open(MemoryPlan.of(builder.build()))) {
                for (Buffer b : given) {
                    session.write(b, F64.random(random, b.shape()).floats());
                }
                session.run();
                return results.stream().map(session::read).toList();
            }
        }
    }

    /** batch, rows, positions, c, width. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1, 1", "2, 7, 5, 3, 4", "3, 13, 40, 4, 2", "1, 67, 131, 4, 5"})
    void projectedAttentionEqualsSeparateKeysAndValues(int batch, int rows, int positions, int c, int width) {
        for (String engine : new String[] {"java", "vector"}) {
            Attention one = new Attention(batch, rows, positions, c, width);
            Attention two = new Attention(batch, rows, positions, c, width);
            List<float[]> together = one.run(one.together(), engine);
            List<float[]> apart = two.run(two.apart(), engine);
            for (int i = 0; i < apart.size(); i++) {
                double[] expected = new double[apart.get(i).length];
                double norm = 0;
                for (int j = 0; j < expected.length; j++) {
                    expected[j] = apart.get(i)[j];
                    norm += expected[j] * expected[j];
                }
                assertThat(Errors.relative(together.get(i), expected, Math.sqrt(norm) + 1e-3))
                        .as("result %d on %s", i, engine)
                        .isLessThanOrEqualTo(1e-5);
            }
        }
    }

    @Test
    void projectionsThatDoNotFitAreRefused() {
        Attention a = new Attention(1, 7, 5, 4, 5);
        Projection wide =
                new Projection(a.operand("w6", new Shape(1, 6, CHANNELS)), a.operand("b6", new Shape(1, 1, 6)));
        Projection unlike = new Projection(wide.w(), a.values.bias());
        assertThatThrownBy(() -> a.tape.attention().flash(a.q, a.x, wide, a.values, 1f))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to 4 channels");
        assertThatThrownBy(() -> a.tape.attention().flash(a.q, a.x, a.keys, unlike, 1f))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keysAndValuesThatDoNotFitAreRefused() {
        Attention a = new Attention(1, 7, 5, 4, 6);
        Buffer kv = a.operand("kv", new Shape(1, 5, 6));
        Buffer batched = a.operand("batched", new Shape(2, 5, 4));
        assertThatThrownBy(() -> a.tape.attention().flash(a.q, kv, kv, 1f))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("do not fit");
        assertThatThrownBy(() -> a.tape.attention().flash(a.q, batched, batched, 1f))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
