package farsight.vector.image;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.vector.Lanes;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.VectorMask;

/**
 * The part of an input that the windows of a {@link Piece} cover, copied with zeros where it reaches beyond the maps.
 * Then no window needs a check.
 *
 * @param height picked rows per map
 * @param width picked columns per row
 */
record Region(Reach rows, Reach cols, Piece piece, int height, int width) {

    static Region of(Reach rows, Reach cols, Piece piece) {
        return new Region(rows, cols, piece, rows.picked(piece.rows()), cols.picked(piece.cols()));
    }

    /** Number of positions. */
    int size() {
        return piece.maps() * height * width;
    }

    /** Position of the first tap of the window of a result, by its row, counted over the piece's maps, and column. */
    int under(int line, int col) {
        int map = line / piece.rows();
        int row = line - map * piece.rows();
        return (map * height + row * rows.pickedStride()) * width + col * cols.pickedStride();
    }

    /** Index of the first tap of every result's window, in a copy of that many channels. */
    int[] under(int channels) {
        int[] under = new int[piece.size()];
        int n = 0;
        for (int line = 0; line < piece.maps() * piece.rows(); line++) {
            int first = under(line, 0);
            for (int j = 0; j < piece.cols(); j++) {
                under[n++] = (first + j * cols.pickedStride()) * channels;
            }
        }
        return under;
    }

    /**
     * Copies some channels: [positions, channels], and up to a vector more.
     *
     * @param x the maps, with {@code all} channels
     * @param channel first channel
     */
    void read(MemorySegment x, int all, int channel, int channels, float[] to) {
        int firstCol = piece.col() * cols.stride() + cols.start();
        // Columns left of the map, those in it, and the rest.
        int before = Math.clamp(Math.ceilDiv(-firstCol, cols.pick()), 0, width);
        int end = Math.clamp(Math.ceilDiv(cols.in() - firstCol, cols.pick()), before, width);
        int at = 0;
        for (int map = piece.map(); map < piece.map() + piece.maps(); map++) {
            for (int i = 0; i < height; i++) {
                int row = piece.row() * rows.stride() + rows.start() + i * rows.pick();
                int next = at + width * channels;
                if (row < 0 || row >= rows.in() || before == end) {
                    Arrays.fill(to, at, next, 0f);
                } else {
                    Arrays.fill(to, at, at + before * channels, 0f);
                    long line = ((long) map * rows.in() + row) * cols.in();
                    long from = (line + firstCol + (long) before * cols.pick()) * all + channel;
                    copy(x, from, (long) cols.pick() * all, end - before, channels, to, at + before * channels);
                    Arrays.fill(to, at + end * channels, next, 0f);
                }
                at = next;
            }
        }
    }

    /** Copies some channels of positions {@code step} apart, and up to a vector more. */
    static void copy(MemorySegment x, long from, long step, int positions, int channels, float[] to, int at) {
        if (step == channels) {
            Lanes.read(x, from, to, at, positions * channels);
            return;
        }
        int whole = (int) Lanes.whole(channels);
        VectorMask<Float> tail = Lanes.tail(channels);
        for (int p = 0; p < positions; p++) {
            long in = from + p * step;
            int out = at + p * channels;
            for (int c = 0; c < whole; c += Lanes.COUNT) {
                fromMemorySegment(SPECIES, x, bytes(in + c), ORDER).intoArray(to, out + c);
            }
            if (whole < channels) {
                // The next position overwrites the excess.
                fromMemorySegment(SPECIES, x, bytes(in + whole), ORDER, tail).intoArray(to, out + whole);
            }
        }
    }
}
