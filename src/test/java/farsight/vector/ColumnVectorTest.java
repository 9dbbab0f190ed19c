package farsight.vector;

import farsight.kernel.ColumnKernels;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class ColumnVectorTest {

    private static final String SHAPES = """
            1, 1, 1, 1
            1, 1, 17, 1
            2, 5, 3, 2
            1, 1000, 1, 3
            3, 257, 2, 4
            1, 4099, 5, 7
            2, 1021, 16, 3
            1, 509, 17, 2
            1, 300, 100, 4
            1, 67, 131, 3
            2, 19, 512, 2
            1, 9, 5003, 2
            """;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void sumsOfChunksAreTheKernels(int batch, int rows, int cols, int wanted) {
        int chunkRows = Twins.chunkRows(rows, wanted);
        int chunks = (rows + chunkRows - 1) / chunkRows;
        Twins.agree(
                () -> arrays(batch, rows, cols, chunks),
                x -> ColumnKernels.columnSumChunks(x.get(0), x.get(2), batch, rows, cols, chunks, chunkRows),
                (x, workers) -> ColumnVector.columnSumChunks(
                        x.get(0), x.get(2), batch, rows, cols, chunks, chunkRows, workers));
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void productsOfChunksAreTheKernels(int batch, int rows, int cols, int wanted) {
        int chunkRows = Twins.chunkRows(rows, wanted);
        int chunks = (rows + chunkRows - 1) / chunkRows;
        Twins.agree(
                () -> arrays(batch, rows, cols, chunks),
                x -> ColumnKernels.columnDotChunks(x.get(0), x.get(1), x.get(2), batch, rows, cols, chunks, chunkRows),
                (x, workers) -> ColumnVector.columnDotChunks(
                        x.get(0), x.get(1), x.get(2), batch, rows, cols, chunks, chunkRows, workers));
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void squaresOfChunksAreTheKernels(int batch, int rows, int cols, int wanted) {
        int chunkRows = Twins.chunkRows(rows, wanted);
        int chunks = (rows + chunkRows - 1) / chunkRows;
        for (int relu = 0; relu <= 1; relu++) {
            int positive = relu;
            Twins.agree(
                    () -> arrays(batch, rows, cols, chunks),
                    x -> ColumnKernels.columnSquareChunks(
                            x.get(0), x.get(2), batch, rows, cols, chunks, chunkRows, positive),
                    (x, workers) -> ColumnVector.columnSquareChunks(
                            x.get(0), x.get(2), batch, rows, cols, chunks, chunkRows, positive, workers));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void sumsOverChunksAreTheKernels(int batch, int chunks, int cols, int accumulate) {
        int add = accumulate % 2;
        Twins.agree(
                () -> List.of(Twins.positive((long) batch * chunks * cols, 0), Twins.normal((long) batch * cols, 1)),
                x -> ColumnKernels.sumChunks(x.get(0), x.get(1), batch, chunks, cols, 0.3f, add),
                (x, workers) -> ColumnVector.sumChunks(x.get(0), x.get(1), batch, chunks, cols, 0.3f, add, workers));
        Twins.agree(
                () -> List.of(Twins.positive((long) batch * chunks * cols, 0), Twins.normal((long) batch * cols, 1)),
                x -> ColumnKernels.rootOfChunks(x.get(0), x.get(1), batch, chunks, cols),
                (x, workers) -> ColumnVector.rootOfChunks(x.get(0), x.get(1), batch, chunks, cols, workers));
    }

    private static List<FloatArray> arrays(int batch, int rows, int cols, int chunks) {
        long size = (long) batch * rows * cols;
        return List.of(Twins.normal(size, 0), Twins.normal(size, 1), Twins.normal((long) batch * chunks * cols, 2));
    }
}
