package farsight.model;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.data.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutTranspositionTest {

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "3, 1, 7", "2, 7, 1", "1, 31, 33", "2, 32, 64", "3, 65, 97", "2, 509, 521", "1, 64, 10007"})
    void transposingBackRestoresEveryNumber(int batch, int rows, int cols) {
        Tensor x = Tensor.allocate(batch, rows, cols);
        for (long i = 0; i < x.elements(); i++) {
            x.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) i);
        }
        Tensor turned = Tensor.allocate(batch, cols, rows);
        LayoutTransposition.transpose(x.values(), turned.values(), batch, rows, cols);
        for (int b = 0; b < batch; b++) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < cols; j++) {
                    long from = ((long) b * rows + i) * cols + j;
                    if (turned.get(((long) b * cols + j) * rows + i) != from) {
                        assertThat(turned.get(((long) b * cols + j) * rows + i)).isEqualTo((float) from);
                    }
                }
            }
        }
        Tensor back = Tensor.allocate(batch, rows, cols);
        LayoutTransposition.transpose(turned.values(), back.values(), batch, cols, rows);
        assertThat(back).isEqualTo(x);
    }

    @ParameterizedTest
    @CsvSource({"1, 600, 700"})
    void memoryOfOneThreadWorksToo(int batch, int rows, int cols) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = arena.allocate((long) batch * rows * cols * Float.BYTES, Float.BYTES);
            x.setAtIndex(ValueLayout.JAVA_FLOAT, 1, 5);
            Tensor turned = Tensor.allocate(batch, cols, rows);
            LayoutTransposition.transpose(x, turned.values(), batch, rows, cols);
            assertThat(turned.get(rows)).isEqualTo(5);
        }
    }
}
