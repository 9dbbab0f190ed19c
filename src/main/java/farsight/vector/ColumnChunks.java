package farsight.vector;

import static farsight.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.util.Arrays;
import jdk.incubator.vector.VectorMask;

/**
 * The first stage of a reduction over positions: chunks of rows, and of very wide rows strips of columns, each reduced
 * into a few accumulators that stay in the first cache. Short rows are read as wide ones ({@link RowPieces}), and the
 * accumulators folded to the columns at the end, by halves: the groups of a wide row are a power of two.
 *
 * @param cols columns of a row
 */
record ColumnChunks(int batch, int rows, int cols, int chunks, int chunkRows) {

    /** Columns a strip: 16 KB an accumulator. */
    private static final int STRIP = 1 << 12;

    /** Floats that are worth a task. */
    private static final long WORTH = 1 << 14;

    /** Reduces one strip of one chunk. */
    @FunctionalInterface
    interface Task {
        void run(Chunk chunk);
    }

    /** Takes one wide row into the accumulators. */
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
     * @param rest floats after the last whole wide row: fewer than a wide row's
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

        /** Adds the groups of an accumulator, a wide row from {@code at}, into its first columns. */
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
         * The greatest of the groups of an accumulator, into its first columns. A loop of its own: an operation that comes as
         * a value is no vector instruction.
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

        /** An accumulator for every float of a wide row, all 0. */
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
