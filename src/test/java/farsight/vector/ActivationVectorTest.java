package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.kernel.ActivationKernels;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class ActivationVectorTest {

    private static final Workers ONE = new Workers(1);

    @Test
    void aHardGateIsZeroOrOneWhereItsGradientIsZero() {
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
    void onlyNanGivesNan() {
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
}
