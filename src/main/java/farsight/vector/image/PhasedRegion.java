package farsight.vector.image;

import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static farsight.vector.image.PositionTiles.PITCH;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.vector.Lanes;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.VectorMask;

/**
 * A {@link Region} by blocks of {@link PositionTiles#PITCH} channels: [blocks, maps, rows, phases, columns, PITCH].
 * Columns with the same remainder modulo the stride are neighbours, so that the inputs under a tap of neighbouring
 * outputs are neighbours too.
 *
 * @param phases remainders
 * @param length columns per phase
 */
record PhasedRegion(Region region, int phases, int length) {

    static PhasedRegion of(Region region) {
        int phases = region.cols().pickedStride();
        return new PhasedRegion(region, phases, Math.ceilDiv(region.width(), phases));
    }

    /** Floats of a block of channels. */
    int block() {
        return Math.multiplyExact(region.piece().maps() * region.height(), phases * length * PITCH);
    }

    /** Index in a block of the first column of a row of the region. */
    int row(int row) {
        return row * phases * length * PITCH;
    }

    /** Index in a block of the input under a tap of the first output. */
    int tap(int down, int across) {
        int col = across * region.cols().dilation();
        return row(down * region.rows().dilation()) + (col % phases * length + col / phases) * PITCH;
    }

    /**
     * Copies some channels.
     *
     * @param x the maps, with {@code all} channels
     * @param channel first channel
     */
    void read(MemorySegment x, int all, int channel, int channels, float[] to) {
        Reach rows = region.rows();
        Reach cols = region.cols();
        Piece piece = region.piece();
        int firstCol = piece.col() * cols.stride() + cols.start();
        int step = cols.pick() * phases;
        int at = 0;
        for (int c = 0; c < channels; c += PITCH) {
            int deep = Math.min(PITCH, channels - c);
            for (int map = piece.map(); map < piece.map() + piece.maps(); map++) {
                for (int i = 0; i < region.height(); i++) {
                    int row = piece.row() * rows.stride() + rows.start() + i * rows.pick();
                    boolean inside = row >= 0 && row < rows.in();
                    long line = ((long) map * rows.in() + row) * cols.in();
                    for (int phase = 0; phase < phases; phase++) {
                        int first = firstCol + phase * cols.pick();
                        int before = inside ? Math.clamp(Math.ceilDiv(-first, step), 0, length) : length;
                        int end = inside ? Math.clamp(Math.ceilDiv(cols.in() - first, step), before, length) : length;
                        int next = at + length * PITCH;
                        Arrays.fill(to, at, at + before * PITCH, 0f);
                        long from = (line + first + (long) before * step) * all + channel + c;
                        copy(x, from, (long) step * all, end - before, deep, to, at + before * PITCH);
                        Arrays.fill(to, at + end * PITCH, next, 0f);
                        at = next;
                    }
                }
            }
        }
    }

    private static void copy(MemorySegment x, long from, long step, int positions, int channels, float[] to, int at) {
        if (channels == PITCH) {
            for (int p = 0; p < positions; p++) {
                for (int c = 0; c < PITCH; c += Lanes.COUNT) {
                    fromMemorySegment(SPECIES, x, bytes(from + p * step + c), ORDER)
                            .intoArray(to, at + p * PITCH + c);
                }
            }
            return;
        }
        for (int c = 0; c < PITCH; c += Lanes.COUNT) {
            VectorMask<Float> mask = SPECIES.indexInRange(c, Math.max(c, channels));
            for (int p = 0; p < positions; p++) {
                fromMemorySegment(SPECIES, x, bytes(from + p * step + c), ORDER, mask)
                        .intoArray(to, at + p * PITCH + c);
            }
        }
    }
}
