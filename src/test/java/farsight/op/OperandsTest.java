package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.program.Buffer;
import farsight.program.Step;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** An operation touches exactly the operands it declares. */
class OperandsTest {

    private static final int PADDING = 41;
    /** What a number holds that nothing was put into. */
    static final float MARK = 12345f;

    static Stream<OpCase> cases() {
        return OpCases.all(Sizes.MODERATE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void anOperationTouchesItsOperandsAndChangesOnlyWhatItWrites(OpCase c) {
        Map<Buffer, FloatArray> byKernels = filled(c, 0);
        Set<Buffer> asked = new HashSet<>();
        c.op().java(b -> {
                    asked.add(b);
                    return byKernels.get(b);
                })
                .run();
        Set<Buffer> declared = new HashSet<>(c.op().reads());
        declared.addAll(c.op().writes());
        assertThat(asked).isEqualTo(declared);

        Map<Buffer, FloatArray> byTwin = filled(c, 0);
        c.op().vector(byTwin::get, Workers.shared()).run();
        Map<Buffer, FloatArray> before = filled(c, 0);
        for (Buffer b : c.program().buffers()) {
            if (!c.op().writes().contains(b)) {
                assertSame(b, byKernels.get(b), before.get(b));
                assertSame(b, byTwin.get(b), before.get(b));
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void anArrayIsUnchangedBeyondItsBuffer(OpCase c) {
        Map<Buffer, FloatArray> exact = filled(c, 0);
        c.op().vector(exact::get, Workers.shared()).run();
        Map<Buffer, FloatArray> longer = filled(c, PADDING);
        c.op().vector(longer::get, Workers.shared()).run();
        for (Buffer b : c.program().buffers()) {
            MemorySegment whole = longer.get(b).getSegment();
            assertThat(whole.asSlice(0, b.shape().bytes()).mismatch(exact.get(b).getSegment()))
                    .as(b.name())
                    .isEqualTo(-1);
            FloatArray untouched = new FloatArray(PADDING);
            untouched.init(MARK);
            assertThat(whole.asSlice(b.shape().bytes()).mismatch(untouched.getSegment()))
                    .as("beyond " + b.name())
                    .isEqualTo(-1);
        }
    }

    /** The arrays just before the operation runs; work space holds what it may. */
    static Map<Buffer, FloatArray> filled(OpCase c, int padding) {
        Map<Buffer, FloatArray> arrays = new LinkedHashMap<>();
        for (Buffer b : c.program().buffers()) {
            FloatArray a = new FloatArray(Math.toIntExact(b.elements()) + padding);
            a.init(MARK);
            arrays.put(b, a);
        }
        c.given().forEach((b, values) -> {
            for (int i = 0; i < values.length; i++) {
                arrays.get(b).set(i, values[i]);
            }
        });
        for (Step step : c.program().steps().subList(0, c.program().steps().size() - 1)) {
            ((Op) step).java(arrays::get).run();
        }
        return arrays;
    }

    private static void assertSame(Buffer b, FloatArray after, FloatArray before) {
        assertThat(after.getSegment().mismatch(before.getSegment()))
                .as(b.name())
                .isEqualTo(-1);
    }
}
