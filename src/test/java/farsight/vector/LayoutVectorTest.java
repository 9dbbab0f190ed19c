package farsight.vector;

import farsight.kernel.LayoutKernels;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayoutVectorTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            1, 1, 1
            2, 1, 37
            1, 53, 1
            3, 16, 16
            2, 15, 17
            1, 1009, 64
            2, 64, 1013
            1, 257, 263
            """)
    void transposedIsTheKernels(int batch, int rows, int cols) {
        long size = (long) batch * rows * cols;
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            Twins.agree(
                    () -> List.of(Twins.normal(size, 0), Twins.normal(size, 1)),
                    x -> LayoutKernels.transposed(x.get(0), x.get(1), batch, rows, cols, add, rows),
                    (x, workers) -> LayoutVector.transposed(x.get(0), x.get(1), batch, rows, cols, add, workers));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            1, 1, 1, 0, 1, 0
            7, 3, 5, 2, 4, 1
            1009, 16, 64, 16, 16, 0
            509, 17, 17, 0, 40, 23
            2003, 64, 64, 0, 128, 64
            """)
    void copiedColumnsAreTheKernels(int rows, int cols, int xCols, int xOffset, int yCols, int yOffset) {
        for (int accumulate = 0; accumulate <= 1; accumulate++) {
            int add = accumulate;
            Twins.agree(
                    () -> List.of(Twins.normal((long) rows * xCols, 0), Twins.normal((long) rows * yCols, 1)),
                    x -> LayoutKernels.copyColumns(
                            x.get(0), x.get(1), rows, cols, xCols, xOffset, yCols, yOffset, add, cols),
                    (x, workers) -> LayoutVector.copyColumns(
                            x.get(0), x.get(1), rows, cols, xCols, xOffset, yCols, yOffset, add, workers));
        }
    }
}
