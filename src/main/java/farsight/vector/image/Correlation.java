package farsight.vector.image;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.vector.Lanes;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.VectorMask;

/**
 * y[m, j] = b[j] + Σ_u Σ_c x[input under tap u of m, c]·w[c, u, j], group by group: a convolution, or its gradient by
 * the input.
 *
 * <p>A task computes some {@link Piece}s of the results and a block of their columns. It takes the channels in
 * stretches: it copies the stretch's weights and, piece by piece, its {@link Region} of x to the heap, and multiplies
 * them by {@link ConvolutionTiles}, adding to y after each stretch. Both copies stay in the second cache, and each of their numbers
 * serves many multiply-adds. Stretches depend on the shape alone, so the cut into tasks may depend on the number of
 * threads.
 *
 * @param maps B
 * @param groups of channels and of columns
 * @param channels per group
 * @param columns of y per group
 * @param x the input, [B, input, groups·channels]
 * @param weights w
 * @param target of the results
 */
record Correlation(
        Reach rows,
        Reach cols,
        int maps,
        int groups,
        int channels,
        int columns,
        MemorySegment x,
        Weights weights,
        Target target) {

    /**
     * The weights: w[c, tap, j] of group g at g·group + c·channel + tap·tapStep + j.
     *
     * @param across taps of the window per row
     */
    record Weights(MemorySegment floats, long group, long channel, long tap, int across) {}

    /**
     * Where results go.
     *
     * @param height rows of y's maps
     * @param width columns of y's maps
     * @param bias index in {@code bias floats} of the bias of column 0, −1 without
     */
    record Target(MemorySegment y, int height, int width, boolean accumulate, MemorySegment biases, long bias) {}

    /** Terms per stretch, about; twice as many where the window is large. */
    private static final int TERMS = 576;

    /** Results per piece. */
    private static final int RESULTS = 512;

    /** The fewest results per piece that make the copy of the weights cheap. */
    private static final int FEWEST_RESULTS = 128;

    /** Pieces per task, which share a copy of the weights; their results should not leave the caches in between. */
    private static final int PIECES = 4;

    /** Columns per block. */
    private static final int COLUMNS = 128;

    /** Floats of a region, 512 KB. */
    private static final int REGION = 1 << 17;

    /** Runs all correlations, whose results are different ones. */
    static void run(List<Correlation> all, Workers workers) {
        long results = all.stream().mapToLong(Correlation::results).sum();
        int tasks = 0;
        int[] firsts = new int[all.size() + 1];
        Tasks[] parts = new Tasks[all.size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = all.get(i).tasks(results, workers.threads());
            tasks += parts[i].count();
            firsts[i + 1] = tasks;
        }
        workers.forEach(tasks, 1, (from, to) -> {
            int i = 0;
            for (int task = (int) from; task < to; task++) {
                while (task >= firsts[i + 1]) {
                    i++;
                }
                parts[i].run(task - firsts[i]);
            }
        });
    }

    private long results() {
        return (long) maps * rows.count() * cols.count();
    }

    private Tasks tasks(long results, int threads) {
        if (Winograd.fits(rows, cols, channels, columns)) {
            return WinogradCorrelation.of(this, threads);
        }
        int blocks = Math.ceilDiv(columns, COLUMNS);
        int wide = Math.ceilDiv(Math.ceilDiv(columns, blocks), 2 * Lanes.COUNT) * 2 * Lanes.COUNT;
        blocks = Math.ceilDiv(columns, wide);
        long wanted = Math.ceilDiv(4L * threads, (long) blocks * groups);
        int most = Math.clamp(results / wanted, FEWEST_RESULTS, RESULTS);
        int stretch = stretch();
        Piece.Cut cut = Piece.Cut.of(maps, rows.count(), cols.count(), most);
        while (most > 1 && Region.of(rows, cols, cut.get(0)).size() > REGION / stretch) {
            most /= 2;
            cut = Piece.Cut.of(maps, rows.count(), cols.count(), most);
        }
        int each = Math.clamp((long) cut.count() * blocks * groups / (4L * threads), 1, PIECES);
        return new Pieces(this, cut, each, blocks, wide, stretch);
    }

    /** Channels per stretch. */
    private int stretch() {
        int most = TERMS / Math.max(1, rows.taps() * cols.taps());
        int even = Math.ceilDiv(channels, Math.ceilDiv(channels, Math.max(Lanes.COUNT, most)));
        return Math.min(channels, Math.ceilDiv(even, Lanes.COUNT) * Lanes.COUNT);
    }

    /** The tasks of a correlation: they write to different results. */
    interface Tasks {

        int count();

        void run(int task);
    }

    /**
     * Pieces of the results, as they are.
     *
     * @param each pieces per task
     * @param blocks of columns
     * @param wide columns per block
     * @param stretch channels per stretch
     */
    private record Pieces(Correlation of, Piece.Cut cut, int each, int blocks, int wide, int stretch) implements Tasks {

        @Override
        public int count() {
            return Math.multiplyExact(Math.ceilDiv(cut.count(), each), blocks * of.groups);
        }

        @Override
        public void run(int task) {
            int block = task % blocks;
            int group = task / blocks % of.groups;
            int first = task / (blocks * of.groups) * each;
            int column = block * wide;
            of.block(
                    cut,
                    first,
                    Math.min(each, cut.count() - first),
                    group,
                    column,
                    Math.min(wide, of.columns - column),
                    stretch);
        }
    }

    private void block(Piece.Cut cut, int first, int pieces, int group, int column, int wide, int stretch) {
        if (rows.taps() * cols.taps() == 0) {
            for (int i = first; i < first + pieces; i++) {
                none(places(cut.get(i), group, column), wide);
            }
            return;
        }
        for (int c = 0; c < channels; c += stretch) {
            int depth = Math.min(stretch, channels - c);
            float[] panels = pack(group, c, depth, column, wide);
            for (int i = first; i < first + pieces; i++) {
                add(cut.get(i), group, c, depth, column, wide, panels);
            }
        }
    }

    /** Multiplies a stretch of the channels of a piece. */
    private void add(Piece piece, int group, int channel, int depth, int column, int wide, float[] panels) {
        Region region = Region.of(rows, cols, piece);
        float[] map =
                ImageWorkspace.floats(ImageWorkspace.Use.MAP, Math.multiplyExact(region.size(), depth) + Lanes.COUNT);
        region.read(x, groups * channels, group * channels + channel, depth, map);
        // Columns of the window that lie side by side are one run.
        boolean joined = cols.dilation() == 1 || cols.taps() == 1;
        int length = joined ? cols.taps() * depth : depth;
        int[] offsets = new int[joined ? rows.taps() : rows.taps() * cols.taps()];
        for (int run = 0; run < offsets.length; run++) {
            int row = joined ? run : run / cols.taps();
            int col = joined ? 0 : run % cols.taps();
            offsets[run] = (row * rows.dilation() * region.width() + col * cols.dilation()) * depth;
        }
        long[] to = places(piece, group, column);
        int size = to.length;
        int[] under = region.under(depth);
        int[] at = new int[ConvolutionTiles.ROWS];
        int vectors = Math.ceilDiv(wide, Lanes.COUNT);
        int pitch = vectors * Lanes.COUNT;
        float[] sums = ImageWorkspace.floats(ImageWorkspace.Use.SUMS, ConvolutionTiles.ROWS * pitch);
        for (int i = 0; i < size; i += ConvolutionTiles.ROWS) {
            for (int r = 0; r < ConvolutionTiles.ROWS; r++) {
                at[r] = under[Math.min(i + r, size - 1)];
            }
            for (int v = 0; v < vectors; ) {
                int width = ConvolutionTiles.width(vectors - v);
                int first = v * Lanes.COUNT;
                ConvolutionTiles.multiply(
                        width,
                        map,
                        at,
                        offsets,
                        offsets.length,
                        length,
                        panels,
                        first * offsets.length * length,
                        sums,
                        first,
                        pitch);
                v += width;
            }
            for (int r = 0; r < Math.min(ConvolutionTiles.ROWS, size - i); r++) {
                store(sums, r * pitch, to[i + r], wide, group * columns + column, channel == 0);
            }
        }
    }

    /** Index in y of each result's first column. */
    private long[] places(Piece piece, int group, int column) {
        long[] to = new long[piece.size()];
        int n = 0;
        for (int map = piece.map(); map < piece.map() + piece.maps(); map++) {
            for (int i = piece.row(); i < piece.row() + piece.rows(); i++) {
                long line = ((long) map * target.height + rows.first() + (long) i * rows.step()) * target.width;
                for (int j = piece.col(); j < piece.col() + piece.cols(); j++) {
                    long place = line + cols.first() + (long) j * cols.step();
                    to[n++] = place * groups * columns + (long) group * columns + column;
                }
            }
        }
        return to;
    }

    /** Results that no window covers. */
    private void none(long[] to, int wide) {
        if (!target.accumulate) {
            for (long place : to) {
                Lanes.fill(target.y, place, wide, 0f);
            }
        }
    }

    /** Copies a stretch's weights: row by row of the window, its taps, its channels. */
    private float[] pack(int group, int channel, int depth, int column, int wide) {
        Panels panels = Panels.of(rows.taps() * cols.taps() * depth, wide);
        float[] packed = ImageWorkspace.floats(ImageWorkspace.Use.PANELS, panels.size());
        for (int u = 0; u < rows.taps(); u++) {
            for (int t = 0; t < cols.taps(); t++) {
                int tap = (rows.tap() + u * rows.tapStep()) * weights.across + cols.tap() + t * cols.tapStep();
                long from = group * weights.group + channel * weights.channel + tap * weights.tap + column;
                panels.copy(weights.floats, from, weights.channel, (u * cols.taps() + t) * depth, depth, packed);
            }
        }
        return packed;
    }

    /** y = sums + bias, or y += sums after the first stretch; NaN where a sum overflowed. */
    void store(float[] sums, int from, long to, int wide, int column, boolean first) {
        MemorySegment y = target.y;
        int whole = (int) Lanes.whole(wide);
        VectorMask<Float> tail = Lanes.tail(wide);
        if (first && target.bias < 0 && !target.accumulate) {
            for (int j = 0; j < whole; j += Lanes.COUNT) {
                Lanes.settled(fromArray(SPECIES, sums, from + j)).intoMemorySegment(y, bytes(to + j), ORDER);
            }
            if (whole < wide) {
                Lanes.settled(fromArray(SPECIES, sums, from + whole))
                        .intoMemorySegment(y, bytes(to + whole), ORDER, tail);
            }
            return;
        }
        boolean biased = first && target.bias >= 0;
        MemorySegment before = biased ? target.biases : y;
        long at = biased ? target.bias + column : to;
        for (int j = 0; j < whole; j += Lanes.COUNT) {
            fromMemorySegment(SPECIES, before, bytes(at + j), ORDER)
                    .add(Lanes.settled(fromArray(SPECIES, sums, from + j)))
                    .intoMemorySegment(y, bytes(to + j), ORDER);
        }
        if (whole < wide) {
            fromMemorySegment(SPECIES, before, bytes(at + whole), ORDER, tail)
                    .add(Lanes.settled(fromArray(SPECIES, sums, from + whole)))
                    .intoMemorySegment(y, bytes(to + whole), ORDER, tail);
        }
    }
}
