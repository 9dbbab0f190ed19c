package farsight.vector;

import static farsight.vector.Twins.normal;

import farsight.kernel.UnitAttentionKernels;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

class UnitAttentionVectorTest {

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
            UnitAttentionKernels.sums(
                    x.get(0), x.get(1), x.get(2), x.get(3), x.get(4), batch, rows, keys, c, width, strideQ(), strideK(),
                    chunks, chunkKeys);
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = SHAPES)
    void sumsOfChunksAreTheKernels(int batch, int rows, int keys, int c, int width, int sharedQ, int sharedK) {
        Problem p = new Problem(batch, rows, keys, c, width, sharedQ == 1, sharedK == 1);
        for (int wanted : new int[] {1, 3}) {
            int chunkKeys = Twins.chunkRows(keys, wanted);
            int chunks = Math.ceilDiv(keys, chunkKeys);
            Twins.agree(
                    () -> p.arrays(chunks),
                    x -> p.kernel(x, chunks, chunkKeys),
                    (x, workers) -> UnitAttentionVector.sums(
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
    void normsAndUnitRowsAreTheKernels(int batch, int rows, int keys, int c, int width, int sharedQ, int sharedK) {
        Problem p = new Problem(batch, rows, keys, c, width, sharedQ == 1, sharedK == 1);
        for (int unit : new int[] {0, 1}) {
            Twins.agree(
                    () -> p.arrays(1),
                    x -> {
                        p.kernel(x, 1, keys);
                        UnitAttentionKernels.unitRows(x.get(3), x.get(4), batch * rows, width, unit);
                    },
                    (x, workers) -> UnitAttentionVector.attention(
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
}
