package farsight.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void valuesAreRowMajorInTheOrderGiven() {
        Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        assertThat(tensor.elements()).isEqualTo(6);
        assertThat(tensor.get(4)).isEqualTo(5f);
        assertThat(tensor.toArray()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(tensor).hasToString("Tensor[2, 3]");
    }

    @Test
    void shapeCannotBeChangedFromOutside() {
        long[] shape = {2, 3};
        Tensor tensor = Tensor.of(new float[6], shape);
        shape[0] = 9;
        tensor.shape()[1] = 9;
        assertThat(tensor.shape()).containsExactly(2, 3);
    }

    @Test
    void allocatedTensorIsZeroAndWritable() {
        Tensor tensor = Tensor.allocate(3, 5);
        assertThat(tensor.toArray()).containsOnly(0f).hasSize(15);
        tensor.values().setAtIndex(ValueLayout.JAVA_FLOAT, 14, 2f);
        assertThat(tensor.get(14)).isEqualTo(2f);
    }

    @Test
    void aShapeWithoutAxesIsAScalar() {
        assertThat(Tensor.of(new float[] {7}).elements()).isEqualTo(1);
        assertThat(Tensor.shapeText()).isEqualTo("[]");
    }

    @Test
    void anAxisOfZeroMakesAnEmptyTensor() {
        assertThat(Tensor.allocate(4, 0, Long.MAX_VALUE, Long.MAX_VALUE).elements())
                .isZero();
    }

    @Test
    void shapeTextReadsAsAList() {
        assertThat(Tensor.shapeText(2, 16, 5, 7)).isEqualTo("[2, 16, 5, 7]");
    }

    @Test
    void reshapeSharesTheValues() {
        float[] values = {1, 2, 3, 4, 5, 6};
        Tensor reshaped = Tensor.of(values, 2, 3).reshape(3, 2);
        values[5] = 60;
        assertThat(reshaped.shape()).containsExactly(3, 2);
        assertThat(reshaped.get(5)).isEqualTo(60f);
    }

    @Test
    void copyDoesNotShareTheValues() {
        float[] values = {1, 2};
        Tensor copy = Tensor.of(values, 2).copy();
        values[0] = 9;
        assertThat(copy.toArray()).containsExactly(1, 2);
    }

    @Test
    void reshapeToAnotherCountIsRefused() {
        assertThatThrownBy(() -> Tensor.of(new float[6], 2, 3).reshape(4))
                .isInstanceOf(DataException.class)
                .hasMessage("a tensor of shape [2, 3] (6 elements) cannot take the shape [4] (4 elements)");
    }

    @Test
    void valuesThatDoNotFitTheShapeAreRefused() {
        assertThatThrownBy(() -> Tensor.of(new float[5], 2, 3))
                .isInstanceOf(DataException.class)
                .hasMessage("a tensor of shape [2, 3] takes 24 bytes of float32 values, not 20");
    }

    @Test
    void negativeAndOverflowingShapesAreRefused() {
        assertThatThrownBy(() -> Tensor.allocate(2, -1)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Tensor.allocate(0, -1)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Tensor.allocate(1L << 40, 1L << 40)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> Tensor.allocate(1L << 62)).isInstanceOf(DataException.class);
    }

    @Test
    void unalignedValuesAreRefused() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[8]);
        assertThatThrownBy(() -> new Tensor(new long[] {2}, bytes)).isInstanceOf(DataException.class);
    }

    @Test
    void equalMeansSameShapeAndSameBits() {
        Tensor tensor = Tensor.of(new float[] {1, Float.NaN}, 2);
        assertThat(tensor).isEqualTo(tensor.copy()).hasSameHashCodeAs(tensor.copy());
        assertThat(tensor).isNotEqualTo(tensor.reshape(1, 2));
        assertThat(Tensor.of(new float[] {0f}, 1)).isNotEqualTo(Tensor.of(new float[] {-0f}, 1));
    }

    @Test
    void nonFiniteCountsNanAndInfinitiesOnly() {
        float[] values = {
            0f,
            -0f,
            1f,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Float.MIN_VALUE,
            Float.NaN,
            Float.intBitsToFloat(0xffff_ffff),
            Float.intBitsToFloat(0x7f80_0001),
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY
        };
        assertThat(Tensor.of(values, values.length).nonFinite()).isEqualTo(5);
    }

    @Test
    void nonFiniteLooksAtEveryElementOfALargeTensor() {
        int count = (1 << 19) + 3;
        Tensor tensor = Tensor.allocate(count);
        for (int i : new int[] {0, (1 << 18) - 1, 1 << 18, count - 1}) {
            tensor.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, Float.NaN);
        }
        assertThat(tensor.nonFinite()).isEqualTo(4);
    }

    @Test
    void nonFiniteWorksOnMemoryOnlyThisThreadMayTouch() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment values = arena.allocate(4L << 19, 4);
            values.setAtIndex(ValueLayout.JAVA_FLOAT, 5, Float.NaN);
            assertThat(new Tensor(new long[] {1 << 19}, values).nonFinite()).isEqualTo(1);
        }
    }
}
