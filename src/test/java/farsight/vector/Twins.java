package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Runs an operation by its kernel and by its vector twin, and compares the results. */
public final class Twins {

    private static final double TOLERANCE = 1e-6;

    private static final Workers[] WORKERS = {new Workers(1), new Workers(2), new Workers(3)};

    private Twins() {}

    /**
     * Every array is, after the twin, what it is after the kernel, within 1e-6 by norm; and to the bit the same for
     * one, two and three threads.
     */
    public static void agree(
            Supplier<List<FloatArray>> arrays,
            Consumer<List<FloatArray>> kernel,
            BiConsumer<List<FloatArray>, Workers> twin) {
        List<FloatArray> expected = arrays.get();
        kernel.accept(expected);
        List<FloatArray> first = arrays.get();
        twin.accept(first, WORKERS[0]);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(difference(first.get(i), expected.get(i)))
                    .as("array %d", i)
                    .isLessThanOrEqualTo(TOLERANCE);
        }
        for (int w = 1; w < WORKERS.length; w++) {
            List<FloatArray> again = arrays.get();
            twin.accept(again, WORKERS[w]);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(again.get(i).getSegment().mismatch(first.get(i).getSegment()))
                        .as("array %d with %d threads", i, WORKERS[w].threads())
                        .isEqualTo(-1);
            }
        }
    }

    /** ‖a − b‖ / ‖b‖, or ‖a‖ where b is 0; infinite where only one of them is NaN. */
    public static double difference(FloatArray a, FloatArray b) {
        assertThat(a.getSize()).isEqualTo(b.getSize());
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < a.getSize(); i++) {
            double x = a.get(i);
            double y = b.get(i);
            if (Double.isNaN(x) != Double.isNaN(y)) {
                return Double.POSITIVE_INFINITY;
            }
            if (x != y && !Double.isNaN(x)) {
                difference += (x - y) * (x - y);
            }
            norm += Double.isNaN(y) ? 0 : y * y;
        }
        return Math.sqrt(norm == 0 ? difference : difference / norm);
    }

    /** Normally distributed, the same for the same size and seed. */
    public static FloatArray normal(long size, int seed) {
        Random random = new Random(31 * size + seed);
        FloatArray x = new FloatArray(Math.toIntExact(size));
        for (int i = 0; i < x.getSize(); i++) {
            x.set(i, (float) random.nextGaussian());
        }
        return x;
    }

    /** Evenly distributed from 0.5 to 1.5: norms, sums of exponentials. */
    public static FloatArray positive(long size, int seed) {
        Random random = new Random(31 * size + seed);
        FloatArray x = new FloatArray(Math.toIntExact(size));
        for (int i = 0; i < x.getSize(); i++) {
            x.set(i, 0.5f + random.nextFloat());
        }
        return x;
    }

    /** Rows a chunk that give so many chunks, or fewer. */
    public static int chunkRows(int rows, int chunks) {
        return (rows + chunks - 1) / chunks;
    }
}
