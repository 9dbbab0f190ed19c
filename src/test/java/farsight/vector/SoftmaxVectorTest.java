package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class SoftmaxVectorTest {

    @Test
    void aLogitFarBelowTheOthersHasWeightZero() {
        FloatArray x = Twins.normal(37, 0);
        x.set(5, -1e30f);
        x.set(36, Float.NEGATIVE_INFINITY);
        SoftmaxVector.softmaxRows(x, x, 1, 37, 1f, Workers.shared());
        float sum = 0f;
        for (float p : x.toHeapArray()) {
            sum += p;
        }
        assertThat(x.get(5)).isZero();
        assertThat(x.get(36)).isZero();
        assertThat(sum).isBetween(0.99999f, 1.00001f);
    }
}
