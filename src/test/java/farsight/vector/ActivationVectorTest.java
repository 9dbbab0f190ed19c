package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.kernel.ActivationKernels;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class ActivationVectorTest {

    private static final Workers ONE = new Workers(1);

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 1009, 100_003})
    void activationsAreTheKernels(int n) {
        // Written to another array, and in place.
        for (int y : new int[] {0, 2}) {
            agree(
                    n,
                    x -> ActivationKernels.silu(x.get(0), x.get(y), n),
                    (x, workers) -> ActivationVector.silu(x.get(0), x.get(y), n, workers));
            agree(
                    n,
                    x -> ActivationKernels.hardSigmoid(x.get(0), x.get(y), n),
                    (x, workers) -> ActivationVector.hardSigmoid(x.get(0), x.get(y), n, workers));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 1009, 100_003})
    void gradientsAreTheKernels(int n) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            for (int dx : new int[] {0, 1, 2}) {
                agree(
                        n,
                        x -> ActivationKernels.siluGradient(x.get(0), x.get(1), x.get(dx), n, add),
                        (x, workers) -> ActivationVector.siluGradient(x.get(0), x.get(1), x.get(dx), n, add, workers));
                agree(
                        n,
                        x -> ActivationKernels.hardSigmoidGradient(x.get(0), x.get(1), x.get(dx), n, add),
                        (x, workers) ->
                                ActivationVector.hardSigmoidGradient(x.get(0), x.get(1), x.get(dx), n, add, workers));
            }
        }
    }

    @Test
    void aHardGateIsShutAndOpenWhereItsGradientEnds() {
        float inside = Math.nextDown(3f);
        FloatArray x = array(-4, -3, -inside, 0, inside, 3, 4, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
        int n = x.getSize();
        for (boolean vector : new boolean[] {false, true}) {
            FloatArray y = new FloatArray(n);
            FloatArray dx = new FloatArray(n);
            FloatArray dy = new FloatArray(n);
            dy.init(6f);
            if (vector) {
                ActivationVector.hardSigmoid(x, y, n, ONE);
                ActivationVector.hardSigmoidGradient(x, dy, dx, n, 0, ONE);
            } else {
                ActivationKernels.hardSigmoid(x, y, n);
                ActivationKernels.hardSigmoidGradient(x, dy, dx, n, 0);
            }
            assertThat(y.toHeapArray()).startsWith(0, 0).endsWith(1, 1, 0, 1).contains(0.5f);
            assertThat(dx.toHeapArray()).containsExactly(0, 0, 1, 1, 1, 0, 0, 0, 0);
        }
    }

    @Test
    void noNumberGivesNoNumber() {
        int n = 19;
        FloatArray x = new FloatArray(n);
        x.init(1f);
        x.set(1, Float.NaN);
        x.set(n - 1, Float.NaN);
        List<Consumer<FloatArray>> ways = List.of(
                y -> ActivationKernels.silu(x, y, n),
                y -> ActivationKernels.hardSigmoid(x, y, n),
                y -> ActivationVector.silu(x, y, n, ONE),
                y -> ActivationVector.hardSigmoid(x, y, n, ONE));
        for (Consumer<FloatArray> way : ways) {
            FloatArray y = new FloatArray(n);
            way.accept(y);
            for (int i = 0; i < n; i++) {
                assertThat(Float.isNaN(y.get(i))).isEqualTo(Float.isNaN(x.get(i)));
            }
        }
    }

    private static FloatArray array(float... values) {
        return FloatArray.fromArray(values);
    }

    /** Spread so that a hard gate is shut, open and between. */
    private static void agree(int n, Consumer<List<FloatArray>> kernel, BiConsumer<List<FloatArray>, Workers> twin) {
        Twins.agree(() -> List.of(spread(Twins.normal(n, 0)), Twins.normal(n, 1), Twins.normal(n, 2)), kernel, twin);
    }

    private static FloatArray spread(FloatArray x) {
        for (int i = 0; i < x.getSize(); i++) {
            x.set(i, x.get(i) * (i % 7 == 3 ? 60 : 3));
        }
        return x;
    }
}
