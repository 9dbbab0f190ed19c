package farsight.vector;

import static farsight.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.util.Arrays;
import jdk.incubator.vector.VectorMask;

/**
 * The first stage of a reduction over positions. Each chunk of rows, cut into strips of columns if rows are very wide,
 * is reduced into a few accumulators that stay in the L1 cache. Short rows are read as wide rows ({@link RowPieces}).
 * At the end the groups of a wide row, a power of two, are folded by halves into the columns.
 *
 * @param cols columns per row
 */
record ColumnChunks(int batch, int rows, int cols, int chunks, int chunkRows) {

    /** Columns per strip: 16 KB per accumulator. */
    private static final int STRIP = 1 << 12;

    /** Floats that justify a task. */
    private static final long WORTH = 1 << 14;

    /** Reduces one strip of one chunk. */
    @FunctionalInterface
    interface Task {
        void run(Chunk chunk);
    }

    /** Adds one wide row to the accumulators. */
    @FunctionalInterface
    interface Row {
        void run(long at, int length);
    }

    /**
     * One strip of one chunk.
     *
     * @param strip its columns, as wide rows
     * @param at index of the first float
     * @param wideRows whole wide rows
     * @param stride from one wide row to the next
     * @param rest floats after the last whole wide row, fewer than a wide row has
     * @param out index of the strip's first column in [batch, chunks, cols]
     */
    record Chunk(RowPieces strip, long at, int wideRows, long stride, int rest, long out) {

        void forEachRow(Row row) {
            for (int i = 0; i <= wideRows; i++) {
                int length = i < wideRows ? strip.width() : rest;
                if (length > 0) {
                    row.run(at + i * stride, length);
                }
            }
        }

        /** Sums the groups of an accumulator, a wide row from {@code from}, into its first columns. */
        void foldSum(float[] sums, int from) {
            for (int half = strip.width() / 2; half >= strip.cols(); half /= 2) {
                for (int j = 0; j < half; j += Lanes.COUNT) {
                    VectorMask<Float> some = SPECIES.indexInRange(j, half);
                    fromArray(SPECIES, sums, from + j, some)
                            .add(fromArray(SPECIES, sums, from + half + j, some))
                            .intoArray(sums, from + j, some);
                }
            }
        }

        /**
         * Takes the maximum over the groups of an accumulator into its first columns. This is a separate loop, because
         * an operation passed as a value does not compile to a vector instruction.
         */
        void foldMax(float[] maxima, int from) {
            for (int half = strip.width() / 2; half >= strip.cols(); half /= 2) {
                for (int j = 0; j < half; j += Lanes.COUNT) {
                    VectorMask<Float> some = SPECIES.indexInRange(j, half);
                    fromArray(SPECIES, maxima, from + j, some)
                            .max(fromArray(SPECIES, maxima, from + half + j, some))
                            .intoArray(maxima, from + j, some);
                }
            }
        }

        /** One accumulator per float of a wide row, all 0. */
        float[] zeros() {
            float[] sums = Scratch.get().heap(strip.pitch());
            Arrays.fill(sums, 0, strip.pitch(), 0f);
            return sums;
        }
    }

    void forEach(Workers workers, Task task) {
        if (cols == 0) {
            return;
        }
        int stripCols = Math.ceilDiv(cols, Math.ceilDiv(cols, STRIP));
        int strips = Math.ceilDiv(cols, stripCols);
        long work = Math.max(1, (long) Math.min(rows, chunkRows) * stripCols);
        long items = (long) batch * chunks * strips;
        workers.forEach(items, Math.max(1, WORTH / work), (from, to) -> {
            for (long i = from; i < to; i++) {
                int first = (int) (i % strips) * stripCols;
                long r = i / strips;
                int chunk = (int) (r % chunks);
                int count = Math.max(0, Math.min(chunkRows, rows - chunk * chunkRows));
                RowPieces strip = RowPieces.of(Math.min(stripCols, cols - first));
                long at = (r / chunks * rows + (long) chunk * chunkRows) * cols + first;
                long stride = (long) cols * strip.group();
                int rest = count % strip.group() * cols;
                task.run(new Chunk(strip, at, count / strip.group(), stride, rest, r * cols + first));
            }
        });
    }
}
