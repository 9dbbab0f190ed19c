package farsight.vector.image;

import static farsight.vector.Lanes.COUNT;
import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.vector.Lanes;
import farsight.vector.Workers;
import java.lang.foreign.MemorySegment;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * y[m, c] = b[c] + Σ_u x[input under tap u of m, c]·w[u, c]: each channel by itself. A task computes a {@link Piece} of
 * the results, one vector of channels after the other, from its {@link Region} of x.
 *
 * @param maps B
 * @param channels C, of x and of y
 * @param x the input, [B, input, C]
 * @param w W, [taps of the window, C]
 * @param across taps of the window per row
 * @param target of the results
 */
record DepthwiseCorrelation(
        Reach rows,
        Reach cols,
        int maps,
        int channels,
        MemorySegment x,
        MemorySegment w,
        int across,
        Correlation.Target target) {

    /** Results per piece. */
    private static final int RESULTS = 512;

    /** Floats of a piece's results: with its region they fit the second cache. */
    private static final int FLOATS = 1 << 15;

    static void run(List<DepthwiseCorrelation> all, Workers workers) {
        for (DepthwiseCorrelation one : all) {
            int most = Math.clamp(FLOATS / one.channels, DepthwiseTiles.ROWS, RESULTS);
            Piece.Cut cut = Piece.Cut.of(one.maps, one.rows.count(), one.cols.count(), most);
            workers.forEach(cut.count(), 1, (from, to) -> {
                for (int i = (int) from; i < to; i++) {
                    one.piece(cut.get(i));
                }
            });
        }
    }

    private void piece(Piece piece) {
        int taps = rows.taps() * cols.taps();
        Region region = Region.of(rows, cols, piece);
        int step = cols.pickedStride() * channels;
        // The last tile and the last vector read beyond the region.
        float[] map = taps == 0
                ? new float[0]
                : ImageWorkspace.floats(
                        ImageWorkspace.Use.MAP,
                        Math.addExact(Math.multiplyExact(region.size(), channels), DepthwiseTiles.ROWS * step + COUNT));
        float[] sums = ImageWorkspace.floats(ImageWorkspace.Use.SUMS, DepthwiseTiles.ROWS * COUNT);
        float[] panels = pack(taps);
        int[] offsets = new int[taps];
        for (int t = 0; t < taps; t++) {
            int position = t / cols.taps() * rows.dilation() * region.width() + t % cols.taps() * cols.dilation();
            offsets[t] = position * channels;
        }
        if (taps > 0) {
            region.read(x, channels, 0, channels, map);
        }
        for (int line = 0; line < piece.maps() * piece.rows(); line++) {
            int under = taps == 0 ? 0 : region.under(line, 0) * channels;
            long first = place(piece, line);
            for (int j = 0; j < piece.cols(); j += DepthwiseTiles.ROWS) {
                int count = Math.min(DepthwiseTiles.ROWS, piece.cols() - j);
                long to = first + (long) j * cols.step() * channels;
                for (int c = 0; c < channels; c += COUNT) {
                    DepthwiseTiles.windows(map, under + j * step + c, step, offsets, taps, panels, taps * c, sums);
                    store(sums, count, to + c, c);
                }
            }
        }
    }

    /** Index in y of the first result of a line of the piece. */
    private long place(Piece piece, int line) {
        int map = piece.map() + line / piece.rows();
        int row = rows.first() + (piece.row() + line % piece.rows()) * rows.step();
        long first = ((long) map * target.height() + row) * target.width();
        return (first + cols.first() + (long) piece.col() * cols.step()) * channels;
    }

    /** The weights, vector by vector of channels, tap by tap. */
    private float[] pack(int taps) {
        int vectors = Math.ceilDiv(channels, COUNT);
        float[] panels = ImageWorkspace.floats(ImageWorkspace.Use.PANELS, Math.multiplyExact(taps, vectors * COUNT));
        for (int t = 0; t < taps; t++) {
            int tap = (rows.tap() + t / cols.taps() * rows.tapStep()) * across
                    + cols.tap()
                    + t % cols.taps() * cols.tapStep();
            for (int c = 0; c < channels; c += COUNT) {
                fromMemorySegment(
                                SPECIES, w, bytes((long) tap * channels + c), ORDER, SPECIES.indexInRange(c, channels))
                        .intoArray(panels, taps * c + t * COUNT);
            }
        }
        return panels;
    }

    /** Stores a tile of {@code count} results at {@code to}, of the channels from c on. */
    private void store(float[] sums, int count, long to, int c) {
        boolean biased = target.bias() >= 0;
        long step = (long) cols.step() * channels;
        if (!biased && !target.accumulate() && c + COUNT <= channels) {
            for (int r = 0; r < count; r++) {
                Lanes.settled(fromArray(SPECIES, sums, r * COUNT))
                        .intoMemorySegment(target.y(), bytes(to + r * step), ORDER);
            }
            return;
        }
        VectorMask<Float> mask = SPECIES.indexInRange(c, channels);
        VectorMask<Float> old = biased || target.accumulate() ? mask : SPECIES.indexInRange(1, 1);
        MemorySegment before = biased ? target.biases() : target.y();
        for (int r = 0; r < count; r++) {
            long at = to + r * step;
            FloatVector sum = Lanes.settled(fromArray(SPECIES, sums, r * COUNT));
            fromMemorySegment(SPECIES, before, bytes(biased ? target.bias() + c : at), ORDER, old)
                    .add(sum)
                    .intoMemorySegment(target.y(), bytes(at), ORDER, mask);
        }
    }
}
