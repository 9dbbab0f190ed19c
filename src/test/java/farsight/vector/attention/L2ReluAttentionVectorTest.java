package farsight.vector.attention;

import static farsight.vector.Twins.normal;

import farsight.kernel.L2ReluAttentionKernels;
import farsight.kernel.L2ReluGradientKernels;
import farsight.vector.Twins;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class L2ReluAttentionVectorTest {

    /** batch, rows, keys, c, width, whether the batch shares q, and k. */
    private static final String SHAPES = """
            1, 1, 1, 1, 1, 1, 1
            2, 7, 5, 3, 2, 0, 0
            3, 64, 64, 16, 16, 0, 1
            2, 100, 1031, 16, 16, 1, 0
            1, 1031, 100, 16, 16, 0, 1
            2, 131, 129, 33, 17, 0, 1
            1, 17, 400, 257, 40, 1, 0
            1, 523, 31, 600, 9, 0, 0
            1, 47, 19, 5, 300, 0, 0
            """;

    /** Attention over arrays q, k, v, y and the norms. */
    private record Problem(int batch, int rows, int keys, int c, int width, boolean sharedQ, boolean sharedK) {

        List<FloatArray> arrays(int chunks) {
            return List.of(
                    normal((long) (sharedQ ? 1 : batch) * rows * c, 1),
                    normal((long) (sharedK ? 1 : batch) * keys * c, 2),
                    normal((long) batch * keys * width, 3),
                    normal((long) batch * chunks * rows * width, 4),
                    normal((long) batch * chunks * rows, 5));
        }

        int strideQ() {
            return sharedQ ? 0 : rows * c;
        }

        int strideK() {
            return sharedK ? 0 : keys * c;
        }

        void kernel(List<FloatArray> x, int chunks, int chunkKeys) {
            L2ReluAttentionKernels.sums(
                    x.get(0), x.get(1), x.get(2), x.get(3), x.get(4), batch, rows, keys, c, width, strideQ(), strideK(),
                    chunks, chunkKeys);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void sumsOfChunksMatchTheKernel(int batch, int rows, int keys, int c, int width, int sharedQ, int sharedK) {
        Problem p = new Problem(batch, rows, keys, c, width, sharedQ == 1, sharedK == 1);
        for (int wanted : new int[] {1, 3}) {
            int chunkKeys = Twins.chunkRows(keys, wanted);
            int chunks = Math.ceilDiv(keys, chunkKeys);
            Twins.agree(
                    () -> p.arrays(chunks),
                    x -> p.kernel(x, chunks, chunkKeys),
                    (x, workers) -> L2ReluAttentionVector.sums(
                            x.get(0),
                            x.get(1),
                            x.get(2),
                            x.get(3),
                            x.get(4),
                            batch,
                            rows,
                            keys,
                            c,
                            width,
                            p.strideQ(),
                            p.strideK(),
                            chunks,
                            chunkKeys,
                            workers));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void normsAndUnitRowsMatchTheKernel(int batch, int rows, int keys, int c, int width, int sharedQ, int sharedK) {
        Problem p = new Problem(batch, rows, keys, c, width, sharedQ == 1, sharedK == 1);
        for (int unit : new int[] {0, 1}) {
            Twins.agree(
                    () -> p.arrays(1),
                    x -> {
                        p.kernel(x, 1, keys);
                        L2ReluAttentionKernels.unitRows(x.get(3), x.get(4), batch * rows, width, unit);
                    },
                    (x, workers) -> L2ReluAttentionVector.attention(
                            x.get(0),
                            x.get(1),
                            x.get(2),
                            x.get(3),
                            x.get(4),
                            batch,
                            rows,
                            keys,
                            c,
                            width,
                            p.strideQ(),
                            p.strideK(),
                            unit,
                            workers));
        }
    }

    /** q, k, v, dy, norms, D, f, h, dq, dk and dv, the shorter side's in chunks. */
    private static List<FloatArray> gradients(Problem p, int chunksOfRows, int chunksOfKeys) {
        List<FloatArray> forward = p.arrays(1);
        long rows = (long) p.batch * p.rows;
        long keys = (long) p.batch * p.keys;
        return List.of(
                forward.get(0),
                forward.get(1),
                forward.get(2),
                forward.get(3),
                Twins.positive(rows, 6),
                normal(rows, 7),
                normal(rows, 8),
                normal(rows, 9),
                normal(rows * chunksOfKeys * p.c, 10),
                normal(keys * chunksOfRows * p.c, 11),
                normal(keys * chunksOfRows * p.width, 12));
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void gradientsMatchTheKernel(int batch, int rows, int keys, int c, int width, int sharedQ, int sharedK) {
        Problem p = new Problem(batch, rows, keys, c, width, sharedQ == 1, sharedK == 1);
        int chunkRows = rows >= keys ? Twins.chunkRows(rows, 3) : rows;
        int chunkKeys = rows >= keys ? keys : Twins.chunkRows(keys, 3);
        int chunksOfRows = Math.ceilDiv(rows, chunkRows);
        int chunksOfKeys = Math.ceilDiv(keys, chunkKeys);
        int q = sharedQ == 1 ? L2ReluGradientKernels.SHARED_ROWS : 0;
        int k = sharedK == 1 ? L2ReluGradientKernels.SHARED_ROWS : 0;
        int queryFlags = q + (k == 0 ? 0 : L2ReluGradientKernels.SHARED_OTHERS) + L2ReluGradientKernels.FACTORS_OF_ROWS;
        int keyFlags = k + (q == 0 ? 0 : L2ReluGradientKernels.SHARED_OTHERS);
        Twins.agree(
                () -> gradients(p, chunksOfRows, chunksOfKeys),
                x -> {
                    factors(x);
                    L2ReluGradientKernels.sideGradient(
                            x.get(0),
                            x.get(1),
                            x.get(3),
                            x.get(2),
                            x.get(6),
                            x.get(7),
                            x.get(8),
                            batch,
                            rows,
                            keys,
                            c,
                            width,
                            queryFlags,
                            chunksOfKeys,
                            chunkKeys);
                    L2ReluGradientKernels.sideGradient(
                            x.get(1),
                            x.get(0),
                            x.get(2),
                            x.get(3),
                            x.get(6),
                            x.get(7),
                            x.get(9),
                            batch,
                            keys,
                            rows,
                            c,
                            width,
                            keyFlags,
                            chunksOfRows,
                            chunkRows);
                    L2ReluGradientKernels.valueGradient(
                            x.get(1),
                            x.get(0),
                            x.get(3),
                            x.get(6),
                            x.get(10),
                            batch,
                            keys,
                            rows,
                            c,
                            width,
                            keyFlags,
                            chunksOfRows,
                            chunkRows);
                },
                (x, workers) -> {
                    factors(x);
                    L2ReluAttentionVector.gradients(
                            x.get(0),
                            x.get(1),
                            x.get(2),
                            x.get(3),
                            x.get(4),
                            x.get(5),
                            x.get(8),
                            x.get(9),
                            x.get(10),
                            batch,
                            rows,
                            keys,
                            c,
                            width,
                            p.strideQ(),
                            p.strideK(),
                            Math.max(chunksOfRows, chunksOfKeys),
                            rows >= keys ? chunkRows : chunkKeys,
                            0,
                            0,
                            0,
                            workers);
                });
    }

    private static void factors(List<FloatArray> x) {
        L2ReluGradientKernels.factors(
                x.get(4), x.get(5), x.get(6), x.get(7), x.get(4).getSize());
    }
}
