package farsight.vector;

import farsight.kernel.GemmGradientKernels;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class GemmGradientVectorTest {

    /** Batch, rows, columns, terms: of one block, of several blocks of columns, of sums in several stretches. */
    private static final String SHAPES = """
            1, 1, 1, 1
            3, 7, 1, 5
            2, 13, 144, 256
            1, 97, 145, 16
            3, 1009, 100, 16
            2, 211, 17, 257
            1, 33, 1021, 32
            1, 9, 400, 521
            1, 201, 31, 777
            """;

    /** Index of A, B, Y, D, norms and dX among the arrays. */
    private static final int A = 0;

    private static final int B = 1;
    private static final int Y = 2;
    private static final int ALONG = 3;
    private static final int NORMS = 4;
    private static final int DX = 5;

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientOfSoftmaxIsTheKernels(int batch, int m, int n, int k) {
        for (int strideB : new int[] {0, n * k}) {
            for (int dx : new int[] {Y, DX}) { // in place, and not
                Twins.agree(
                        () -> arrays(batch, m, n, k, (long) batch * m),
                        x -> GemmGradientKernels.softmaxGradient(
                                x.get(A), x.get(B), x.get(Y), x.get(ALONG), x.get(dx), batch, m, n, k, strideB, 0.3f),
                        (x, workers) -> GemmGradientVector.softmaxGradient(
                                x.get(A),
                                x.get(B),
                                x.get(Y),
                                x.get(ALONG),
                                x.get(dx),
                                batch,
                                m,
                                n,
                                k,
                                strideB,
                                0.3f,
                                workers));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientOfUnitRowsIsTheKernels(int batch, int m, int n, int k) {
        forEachChoice(
                n * k,
                (strideB, relu, dx) -> Twins.agree(
                        () -> arrays(batch, m, n, k, (long) batch * m),
                        x -> GemmGradientKernels.unitRowsGradient(
                                x.get(A),
                                x.get(B),
                                x.get(Y),
                                x.get(NORMS),
                                x.get(ALONG),
                                x.get(dx),
                                batch,
                                m,
                                n,
                                k,
                                strideB,
                                relu),
                        (x, workers) -> GemmGradientVector.unitRowsGradient(
                                x.get(A),
                                x.get(B),
                                x.get(Y),
                                x.get(NORMS),
                                x.get(ALONG),
                                x.get(dx),
                                batch,
                                m,
                                n,
                                k,
                                strideB,
                                relu,
                                workers)));
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientOfUnitColumnsIsTheKernels(int batch, int m, int n, int k) {
        forEachChoice(
                n * k,
                (strideB, relu, dx) -> Twins.agree(
                        () -> arrays(batch, m, n, k, (long) batch * n),
                        x -> GemmGradientKernels.unitPositionsGradient(
                                x.get(A),
                                x.get(B),
                                x.get(Y),
                                x.get(NORMS),
                                x.get(ALONG),
                                x.get(dx),
                                batch,
                                m,
                                n,
                                k,
                                strideB,
                                relu),
                        (x, workers) -> GemmGradientVector.unitPositionsGradient(
                                x.get(A),
                                x.get(B),
                                x.get(Y),
                                x.get(NORMS),
                                x.get(ALONG),
                                x.get(dx),
                                batch,
                                m,
                                n,
                                k,
                                strideB,
                                relu,
                                workers)));
    }

    private interface Choice {
        void take(int strideB, int relu, int dx);
    }

    private static void forEachChoice(int oneB, Choice choice) {
        for (int strideB : new int[] {0, oneB}) {
            for (int relu = 0; relu <= 1; relu++) {
                choice.take(strideB, relu, Y);
                choice.take(strideB, relu, DX);
            }
        }
    }

    private static List<FloatArray> arrays(int batch, int m, int n, int k, long lines) {
        FloatArray norms = Twins.positive(lines, 4);
        norms.set(0, 0f);
        return List.of(
                Twins.normal((long) batch * m * k, 0),
                Twins.normal((long) batch * n * k, 1),
                Twins.normal((long) batch * m * n, 2),
                Twins.normal(lines, 3),
                norms,
                Twins.normal((long) batch * m * n, 5));
    }
}
