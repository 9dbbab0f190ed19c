package farsight.op;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.program.Buffer;
import farsight.vector.Workers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Compares the Vector API's twins with the plain loops, operation by operation: within 1e-6 by norm plus four times
 * the plain loop's own rounding error; bit-identical for one, two and three threads, and in place.
 */
class VectorParityTest {

    private static final double TOLERANCE = 1e-6;
    private static final List<Workers> WORKERS = List.of(new Workers(1), new Workers(2), new Workers(3));

    static Stream<OpCase> cases() {
        return Stream.of(Sizes.VECTORS, Sizes.MODERATE).flatMap(OpCases::all);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void theTwinMatchesThePlainLoopForAnyThreadsAndInPlace(OpCase c) {
        Map<Buffer, FloatArray> plain = OperandsTest.filled(c, 0);
        c.op().java(plain::get).run();
        Map<Buffer, FloatArray> first = twin(c, WORKERS.getFirst());
        for (Buffer b : c.op().writes()) {
            if (c.expected().containsKey(b)) {
                OpCase.Expected expected = c.expected().get(b);
                double rounding = Errors.relative(
                        plain.get(b).toHeapArray(), expected.exact().values(), expected.scale());
                assertThat(difference(first.get(b), plain.get(b), expected.scale()))
                        .as(b.name())
                        .isLessThanOrEqualTo(TOLERANCE + 4 * rounding);
            }
        }
        for (Workers workers : WORKERS.subList(1, WORKERS.size())) {
            Map<Buffer, FloatArray> again = twin(c, workers);
            c.expected().keySet().forEach(b -> assertSame(b, again.get(b), first.get(b), workers));
        }
        for (Buffer written : c.op().writes()) {
            for (Buffer read : c.op().reads()) {
                if (mayReplace(c, read, written)) {
                    Map<Buffer, FloatArray> arrays = new HashMap<>(OperandsTest.filled(c, 0));
                    arrays.put(written, arrays.get(read));
                    c.op().vector(arrays::get, WORKERS.getLast()).run();
                    assertSame(written, arrays.get(written), first.get(written), WORKERS.getLast());
                }
            }
        }
    }

    private static boolean mayReplace(OpCase c, Buffer read, Buffer written) {
        return c.expected().containsKey(written)
                && !c.op().reads().contains(written)
                && read.elements() == written.elements()
                && c.op().mayOverwrite(read, written);
    }

    private static Map<Buffer, FloatArray> twin(OpCase c, Workers workers) {
        Map<Buffer, FloatArray> arrays = OperandsTest.filled(c, 0);
        c.op().vector(arrays::get, workers).run();
        return arrays;
    }

    private static void assertSame(Buffer b, FloatArray a, FloatArray expected, Workers workers) {
        assertThat(a.getSegment().mismatch(expected.getSegment()))
                .as("%s with %d threads", b.name(), workers.threads())
                .isEqualTo(-1);
    }

    /** ‖a − b‖ over the scale of the result, or of the terms that cancel in it; infinite where only one of them is NaN. */
    private static double difference(FloatArray a, FloatArray b, double scale) {
        double sum = 0;
        for (int i = 0; i < a.getSize(); i++) {
            double x = a.get(i);
            double y = b.get(i);
            if (Double.isNaN(x) != Double.isNaN(y)) {
                return Double.POSITIVE_INFINITY;
            }
            if (x != y && !Double.isNaN(x)) {
                sum += (x - y) * (x - y);
            }
        }
        return Math.sqrt(sum) / (scale == 0 ? 1 : scale);
    }
}
