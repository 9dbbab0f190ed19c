package farsight.vector;

import farsight.kernel.BatchNormKernels;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class BatchNormVectorTest {

    private static final float EPSILON = 1e-5f;

    private static final int X = 0;
    private static final int DY = 1;
    private static final int RESULT = 2;
    private static final int MEAN = 3;
    private static final int VARIANCE = 4;
    private static final int GAMMA = 5;
    private static final int BETA = 6;
    private static final int PARTIAL = 7;

    /** rows, columns, chunks. */
    private static final String SHAPES = """
            1, 1, 1
            7, 1, 2
            1009, 2, 5
            5, 3, 2
            1021, 16, 3
            509, 17, 4
            257, 64, 2
            131, 100, 3
            31, 131, 1
            11, 1031, 2
            3, 5003, 1
            """;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void sumsOverPositionsAreTheKernels(int rows, int cols, int wanted) {
        int chunkRows = Twins.chunkRows(rows, wanted);
        int chunks = (rows + chunkRows - 1) / chunkRows;
        Twins.agree(
                () -> arrays(rows, cols, chunks),
                x -> BatchNormKernels.deviationChunks(
                        x.get(X), x.get(MEAN), x.get(PARTIAL), rows, cols, chunks, chunkRows),
                (x, workers) -> BatchNormVector.deviationChunks(
                        x.get(X), x.get(MEAN), x.get(PARTIAL), rows, cols, chunks, chunkRows, workers));
        Twins.agree(
                () -> arrays(rows, cols, chunks),
                x -> BatchNormKernels.scaleGradientChunks(
                        x.get(X),
                        x.get(MEAN),
                        x.get(VARIANCE),
                        x.get(DY),
                        x.get(PARTIAL),
                        rows,
                        cols,
                        chunks,
                        chunkRows,
                        EPSILON),
                (x, workers) -> BatchNormVector.scaleGradientChunks(
                        x.get(X),
                        x.get(MEAN),
                        x.get(VARIANCE),
                        x.get(DY),
                        x.get(PARTIAL),
                        rows,
                        cols,
                        chunks,
                        chunkRows,
                        EPSILON,
                        workers));
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void normsAreTheKernels(int rows, int cols, int unused) {
        for (int to : new int[] {X, RESULT}) {
            Twins.agree(
                    () -> arrays(rows, cols, 1),
                    x -> BatchNormKernels.batchNorm(
                            x.get(X),
                            x.get(MEAN),
                            x.get(VARIANCE),
                            x.get(GAMMA),
                            x.get(BETA),
                            x.get(to),
                            rows,
                            cols,
                            EPSILON,
                            cols),
                    (x, workers) -> BatchNormVector.batchNorm(
                            x.get(X),
                            x.get(MEAN),
                            x.get(VARIANCE),
                            x.get(GAMMA),
                            x.get(BETA),
                            x.get(to),
                            rows,
                            cols,
                            EPSILON,
                            workers));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientsAreTheKernels(int rows, int cols, int accumulate) {
        int add = accumulate % 2;
        for (int to : new int[] {X, DY, RESULT}) {
            Twins.agree(
                    () -> arrays(rows, cols, 1),
                    x -> BatchNormKernels.batchNormGradient(
                            x.get(X),
                            x.get(MEAN),
                            x.get(VARIANCE),
                            x.get(GAMMA),
                            x.get(DY),
                            x.get(BETA),
                            x.get(PARTIAL),
                            x.get(to),
                            rows,
                            cols,
                            EPSILON,
                            add,
                            cols),
                    (x, workers) -> BatchNormVector.batchNormGradient(
                            x.get(X),
                            x.get(MEAN),
                            x.get(VARIANCE),
                            x.get(GAMMA),
                            x.get(DY),
                            x.get(BETA),
                            x.get(PARTIAL),
                            x.get(to),
                            rows,
                            cols,
                            EPSILON,
                            add,
                            workers));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientsThroughKeptStatisticsAreTheKernels(int rows, int cols, int accumulate) {
        int add = accumulate % 2;
        for (int to : new int[] {DY, RESULT}) {
            Twins.agree(
                    () -> arrays(rows, cols, 1),
                    x -> BatchNormKernels.frozenNormGradient(
                            x.get(VARIANCE), x.get(GAMMA), x.get(DY), x.get(to), rows, cols, EPSILON, add, cols),
                    (x, workers) -> BatchNormVector.frozenNormGradient(
                            x.get(VARIANCE), x.get(GAMMA), x.get(DY), x.get(to), rows, cols, EPSILON, add, workers));
        }
    }

    private static List<FloatArray> arrays(int rows, int cols, int chunks) {
        long size = (long) rows * cols;
        return List.of(
                Twins.normal(size, 0),
                Twins.normal(size, 1),
                Twins.normal(size, 2),
                Twins.normal(cols, 3),
                Twins.positive(cols, 4),
                Twins.normal(cols, 5),
                Twins.normal(cols, 6),
                Twins.normal((long) chunks * cols, 7));
    }
}
