package farsight.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.engine.Engines;
import farsight.engine.Session;
import farsight.op.Errors;
import farsight.op.F64;
import farsight.program.Buffer;
import farsight.program.MemoryPlan;
import farsight.program.Program;
import farsight.program.Role;
import farsight.program.Shape;
import farsight.tape.Purpose;
import farsight.tape.Tape;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of hundreds of thousands of numbers of one sign, which lose four digits in float32 if added one by one. */
class LongSumsTest {

    private static final int POSITIONS = 1_000_003;

    /** Positive, and not exact in binary, so that every addition rounds. */
    private static float[] positive(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = 0.1f + (i % 7) * 0.013f;
        }
        return values;
    }

    private static void check(
            String engine, Shape shape, BiFunction<Tape, Buffer, Buffer> operation, UnaryOperator<F64> exact) {
        Program.Builder b = new Program.Builder("longSum");
        Buffer x = b.buffer("x", shape, Role.INPUT);
        Buffer y = operation.apply(new Tape(b, Purpose.RESULT), x);
        b.output(y);
        try (Session session = Engines.find(engine).open(MemoryPlan.of(b.build()))) {
            float[] values = positive(Math.toIntExact(shape.elements()));
            session.write(x, values);
            session.run();
            F64 expected = exact.apply(F64.of(shape, values));
            assertThat(Errors.relative(session.read(y), expected.values(), expected.norm()))
                    .isLessThanOrEqualTo(Errors.HOST);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void aMeanOverAMillionPositionsKeepsItsDigits(String engine) {
        check(
                engine,
                new Shape(1, POSITIONS, 3),
                Tape::meanPositions,
                x -> x.sumOfColumns().scaled(1.0 / POSITIONS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void aSoftmaxOverAMillionPositionsKeepsItsDigits(String engine) {
        check(engine, new Shape(1, POSITIONS, 1), Tape::softmaxPositions, F64::softmaxOfColumns);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void unitVectorsOverAMillionPositionsKeepTheirDigits(String engine) {
        check(engine, new Shape(1, POSITIONS, 2), (t, x) -> t.l2Positions(x, true), F64::unitColumns);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void aProductOverAMillionPositionsKeepsItsDigits(String engine) {
        check(
                engine,
                new Shape(1, POSITIONS, 3),
                (t, x) -> t.matMulLeftTransposed(x, x),
                x -> x.transposed().matMul(x));
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void aSoftmaxOverTheLongestRowOfAFullAffinityKeepsItsDigits(String engine) {
        check(engine, new Shape(1, 2, 46_340), (t, x) -> t.softmaxRows(x, 1f), F64::softmaxOfRows);
    }

    @ParameterizedTest
    @ValueSource(strings = {"java", "vector"})
    void aProductWithTheLongestRowOfAFullAffinityKeepsItsDigits(String engine) {
        check(
                engine,
                new Shape(1, 3, 46_340),
                (t, x) -> t.matMulRightTransposed(x, x, 1f),
                x -> x.matMul(x.transposed()));
    }
}
