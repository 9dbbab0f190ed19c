package farsight.vector.image;

import static farsight.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import farsight.vector.Lanes;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * P[s, (c, t), o] = Σ_q x[input under tap t of q, c]·dy[q, o] over the outputs q of chunk s: the gradient of a
 * convolution's weight.
 *
 * <p>A task computes some channels and a block of columns o of one chunk. It goes through the chunk's outputs in {@link
 * Piece}s of neighbouring rows. For each it copies the {@link PhasedRegion} of x, and dy; then a row (c, t) of P is a sum over
 * runs of positions, by {@link PositionTiles}. The totals of a task stay in the cache from one piece to the next.
 *
 * @param maps B
 * @param groups of channels and of columns
 * @param channels per group
 * @param columns of dy per group
 * @param chunkRows outputs per chunk, counted over the batch
 * @param partial P
 */
record WeightSums(
        Reach rows,
        Reach cols,
        int maps,
        int groups,
        int channels,
        int columns,
        MemorySegment x,
        MemorySegment dy,
        int chunkRows,
        MemorySegment partial) {

    /** Outputs per piece: few enough for the second cache, enough that neighbouring pieces read few rows twice. */
    private static final int OUTPUTS = 512;

    /** Columns per block. */
    static final int COLUMNS = 64;

    /** Rows (c, t) per task, about: enough to make the copy of dy cheap. */
    private static final int ROWS = 576;

    /** Floats of a region, 256 KB. */
    private static final int REGION = 1 << 16;

    void run(Workers workers) {
        int outputs = maps * rows.count() * cols.count();
        int chunks = Math.ceilDiv(outputs, chunkRows);
        int taps = rows.taps() * cols.taps();
        int deep = Math.clamp(Math.ceilDiv(ROWS, taps), 1, channels);
        int blocks = Math.ceilDiv(channels, deep);
        int across = Math.ceilDiv(columns, COLUMNS);
        int tasks = Math.multiplyExact(chunks * groups, blocks * across);
        boolean winograd = Winograd.fits(rows, cols, channels, columns);
        workers.forEach(tasks, 1, (from, to) -> {
            for (int task = (int) from; task < to; task++) {
                int column = task % across * COLUMNS;
                int channel = task / across % blocks * deep;
                int group = task / (across * blocks) % groups;
                int chunk = task / (across * blocks * groups);
                int begin = chunk * chunkRows;
                int end = Math.min(begin + chunkRows, outputs);
                int some = Math.min(deep, channels - channel);
                if (winograd) {
                    new WinogradWeightSums(this, chunk, group, channel, some, column).run(begin, end);
                } else {
                    new Task(this, chunk, group, channel, some, column, taps).run(begin, end);
                }
            }
        });
    }

    /**
     * The next outputs from {@code begin}, about {@code most}: whole maps, whole rows of a map, or a part of one row.
     *
     * @param unit the number of rows is a multiple of it where it can be
     */
    Piece piece(int begin, int end, int channelsEach, int most, int unit) {
        int line = begin / cols.count();
        int row = line % rows.count();
        int col = begin % cols.count();
        int wide = Math.min(Math.min(cols.count() - col, end - begin), most);
        int high = 1;
        if (wide == cols.count()) {
            high = Math.min(Math.min(rows.count() - row, (end - begin) / wide), Math.max(unit, most / wide));
            high = row + high < rows.count() && high > unit ? high / unit * unit : high;
        }
        int maps = 1;
        if (high == rows.count() && wide == cols.count()) {
            maps = Math.max(1, Math.min(end - begin, most) / (high * wide));
        }
        Piece piece = new Piece(line / rows.count(), maps, row, high, col, wide);
        while (piece.size() > 1 && (long) Region.of(rows, cols, piece).size() * channelsEach > REGION) {
            maps = Math.ceilDiv(maps, 2);
            high = piece.maps() > 1 ? high : Math.ceilDiv(high, 2);
            wide = piece.maps() * piece.rows() > 1 ? wide : Math.ceilDiv(wide, 2);
            piece = new Piece(piece.map(), maps, row, high, col, wide);
        }
        return piece;
    }

    /**
     * Some rows and columns of one chunk's sums.
     *
     * @param deep number of channels
     */
    private record Task(WeightSums of, int chunk, int group, int channel, int deep, int column, int taps) {

        void run(int begin, int end) {
            int wide = Math.min(COLUMNS, of.columns - column);
            int pitch = Math.ceilDiv(wide, Lanes.COUNT) * Lanes.COUNT;
            int height = deep * taps;
            int whole = Math.ceilDiv(height, ConvolutionTiles.ROWS) * ConvolutionTiles.ROWS;
            float[] totals = ImageWorkspace.floats(ImageWorkspace.Use.TOTALS, whole * pitch);
            Arrays.fill(totals, 0, whole * pitch, 0f);
            for (int q = begin; q < end; ) {
                Piece piece = of.piece(q, end, deep, OUTPUTS, 1);
                add(piece, q, wide, pitch, totals);
                q += piece.size();
            }
            int out = of.groups * of.columns;
            int all = of.channels * taps;
            for (int i = 0; i < height * pitch; i += Lanes.COUNT) {
                Lanes.settled(fromArray(SPECIES, totals, i)).intoArray(totals, i);
            }
            for (int i = 0; i < height; i++) {
                int row = (channel + i % deep) * taps + i / deep;
                long to = ((long) chunk * all + row) * out + (long) group * of.columns + column;
                Lanes.write(totals, i * pitch, of.partial, to, wide);
            }
        }

        private void add(Piece piece, int q, int wide, int pitch, float[] totals) {
            PhasedRegion region = PhasedRegion.of(Region.of(of.rows, of.cols, piece));
            int block = region.block();
            float[] map = ImageWorkspace.floats(
                    ImageWorkspace.Use.MAP, Math.multiplyExact(block, Math.ceilDiv(deep, PositionTiles.PITCH)));
            region.read(of.x, of.groups * of.channels, group * of.channels + channel, deep, map);
            int length = piece.cols();
            int outputs = piece.size();
            float[] panels = ImageWorkspace.floats(ImageWorkspace.Use.PANELS, outputs * pitch);
            long out = (long) of.groups * of.columns;
            long from = q * out + (long) group * of.columns + column;
            Panels.of(outputs, wide).copy(of.dy, from, out, 0, outputs, panels);
            int[] offsets = new int[piece.maps() * piece.rows()];
            for (int i = 0; i < offsets.length; i++) {
                int row = i / piece.rows() * region.region().height() + i % piece.rows() * of.rows.pickedStride();
                offsets[i] = region.row(row);
            }
            int[] places = places(region, block);
            int[] at = new int[ConvolutionTiles.ROWS];
            int height = deep * taps;
            int vectors = pitch / Lanes.COUNT;
            for (int v = 0; v < vectors; ) {
                int width = ConvolutionTiles.width(vectors - v);
                int first = v * Lanes.COUNT;
                for (int i = 0; i < height; i += ConvolutionTiles.ROWS) {
                    System.arraycopy(places, i, at, 0, ConvolutionTiles.ROWS);
                    PositionTiles.multiply(
                            width,
                            map,
                            at,
                            offsets,
                            offsets.length,
                            length,
                            panels,
                            first * outputs,
                            totals,
                            i * pitch + first,
                            pitch);
                }
                v += width;
            }
        }

        /** Where each row's first input is: tap by tap, channel by channel, the last row repeated to a whole tile. */
        private int[] places(PhasedRegion region, int block) {
            int height = deep * taps;
            int[] places = new int[height + ConvolutionTiles.ROWS];
            for (int tap = 0; tap < taps; tap++) {
                int first = region.tap(tap / of.cols.taps(), tap % of.cols.taps());
                for (int c = 0; c < deep; c++) {
                    places[tap * deep + c] = first + c / PositionTiles.PITCH * block + c % PositionTiles.PITCH;
                }
            }
            Arrays.fill(places, height, places.length, places[height - 1]);
            return places;
        }
    }
}
