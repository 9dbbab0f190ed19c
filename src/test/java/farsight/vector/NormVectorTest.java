package farsight.vector;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.kernel.NormKernels;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class NormVectorTest {

    @Test
    void zeroVectorsStayZeroWithZeroGradient() {
        assertThat(NormVector.EPSILON).isEqualTo(NormKernels.EPSILON);
        FloatArray x = new FloatArray(60);
        x.init(0f);
        FloatArray norms = new FloatArray(20);
        FloatArray dx = Twins.normal(60, 0);
        NormVector.l2Rows(x, x, norms, 20, 3, 1, Workers.shared());
        NormVector.l2RowsGradient(x, dx, norms, dx, 20, 3, 1, 0, Workers.shared());
        assertThat(x.toHeapArray()).containsOnly(0f);
        assertThat(norms.toHeapArray()).containsOnly(0f);
        for (float g : dx.toHeapArray()) {
            assertThat(g).isZero();
        }
    }
}
