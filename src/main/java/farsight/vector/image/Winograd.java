package farsight.vector.image;

import static farsight.vector.Lanes.COUNT;
import static farsight.vector.Lanes.ORDER;
import static farsight.vector.Lanes.SPECIES;
import static farsight.vector.Lanes.bytes;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import farsight.vector.Lanes;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Minimal filtering, F(2×2, 3×3): a tile of 2×2 results of a 3×3 convolution from 16 products a channel instead of 36,
 * Y = Aᵀ·((G·g·Gᵀ)∘(Bᵀ·d·B))·A, where d is the tile's 4×4 inputs and g the window (Winograd 1980; Lavin and Gray 2016,
 * equations 7 and 8). Summed over channels, each of the 16 products is a product of matrices.
 *
 * <p>The transforms add and subtract numbers of one tile. A result's error is therefore relative to the largest
 * numbers of its tile, those under weights of 0 included.
 */
final class Winograd {

    /** Products of a tile. */
    static final int POINTS = 16;

    /** The fewest channels and columns with which the transforms cost less than they save. */
    private static final int FEWEST = 32;

    private Winograd() {}

    /** Whether windows are 3×3, neighbours, and their products large enough. */
    static boolean fits(Reach rows, Reach cols, int channels, int columns) {
        return fits(rows) && fits(cols) && Math.min(channels, columns) >= FEWEST;
    }

    private static boolean fits(Reach axis) {
        return axis.taps() == 3 && axis.stride() == 1 && axis.dilation() == 1 && axis.step() == 1 && axis.count() > 2;
    }

    /** Tiles along an axis. */
    static int tiles(int results) {
        return (results + 1) / 2;
    }

    /** Floats from one of the 16 matrices to the next: not a multiple of 4 KB, which would share few cache lines. */
    static int plane(int floats) {
        return floats + 16;
    }

    /**
     * V of all tiles under the results of a region, whose rows and columns are even.
     *
     * @param x the maps, with {@code all} channels
     * @param channel first channel
     * @param channels their number
     * @param plane see {@link #plane}
     * @param step floats from one tile to the next
     * @param block floats from 16 channels to the next
     */
    static float[] inputs(
            Region region, MemorySegment x, int all, int channel, int channels, int plane, int step, int block) {
        int floats = Math.multiplyExact(region.size(), channels) + COUNT;
        float[] map = ImageWorkspace.floats(ImageWorkspace.Use.MAP, floats);
        region.read(x, all, channel, channels, map);
        float[] inputs = ImageWorkspace.floats(ImageWorkspace.Use.INPUTS, POINTS * plane);
        Piece piece = region.piece();
        int across = piece.cols() / 2;
        int vectors = Math.ceilDiv(channels, COUNT);
        for (int line = 0; line < piece.maps() * piece.rows() / 2; line++) {
            int at = region.under(2 * line, 0) * channels;
            int to = line * across * step;
            inputs(map, at, region.width() * channels, channels, vectors, across, inputs, to, plane, step, block);
        }
        return inputs;
    }

    /**
     * V = Bᵀ·d·B for a row of tiles, each two columns further than the one before.
     *
     * @param map [4 rows, columns, channels], its rows {@code row} floats apart, from {@code at}
     * @param vectors of channels
     * @param column floats from one column to the next
     * @param v receives V's point p of a tile and channel c at to + p·plane + tile·step + c/16·block + c%16
     */
    private static void inputs(
            float[] map,
            int at,
            int row,
            int column,
            int vectors,
            int tiles,
            float[] v,
            int to,
            int plane,
            int step,
            int block) {
        for (int k = 0; k < vectors; k++) {
            int from = at + k * COUNT;
            FloatVector d0 = fromArray(SPECIES, map, from);
            FloatVector d1 = fromArray(SPECIES, map, from + row);
            FloatVector d2 = fromArray(SPECIES, map, from + 2 * row);
            FloatVector d3 = fromArray(SPECIES, map, from + 3 * row);
            FloatVector a0 = d0.sub(d2);
            FloatVector a1 = d1.add(d2);
            FloatVector a2 = d2.sub(d1);
            FloatVector a3 = d1.sub(d3);
            d0 = fromArray(SPECIES, map, from + column);
            d1 = fromArray(SPECIES, map, from + row + column);
            d2 = fromArray(SPECIES, map, from + 2 * row + column);
            d3 = fromArray(SPECIES, map, from + 3 * row + column);
            FloatVector b0 = d0.sub(d2);
            FloatVector b1 = d1.add(d2);
            FloatVector b2 = d2.sub(d1);
            FloatVector b3 = d1.sub(d3);
            int out = to + k * COUNT / PositionTiles.PITCH * block + k * COUNT % PositionTiles.PITCH;
            for (int tile = 0; tile < tiles; tile++) {
                from += 2 * column;
                d0 = fromArray(SPECIES, map, from);
                d1 = fromArray(SPECIES, map, from + row);
                d2 = fromArray(SPECIES, map, from + 2 * row);
                d3 = fromArray(SPECIES, map, from + 3 * row);
                FloatVector c0 = d0.sub(d2);
                FloatVector c1 = d1.add(d2);
                FloatVector c2 = d2.sub(d1);
                FloatVector c3 = d1.sub(d3);
                d0 = fromArray(SPECIES, map, from + column);
                d1 = fromArray(SPECIES, map, from + row + column);
                d2 = fromArray(SPECIES, map, from + 2 * row + column);
                d3 = fromArray(SPECIES, map, from + 3 * row + column);
                FloatVector e0 = d0.sub(d2);
                FloatVector e1 = d1.add(d2);
                FloatVector e2 = d2.sub(d1);
                FloatVector e3 = d1.sub(d3);
                a0.sub(c0).intoArray(v, out);
                b0.add(c0).intoArray(v, out + plane);
                c0.sub(b0).intoArray(v, out + 2 * plane);
                b0.sub(e0).intoArray(v, out + 3 * plane);
                a1.sub(c1).intoArray(v, out + 4 * plane);
                b1.add(c1).intoArray(v, out + 5 * plane);
                c1.sub(b1).intoArray(v, out + 6 * plane);
                b1.sub(e1).intoArray(v, out + 7 * plane);
                a2.sub(c2).intoArray(v, out + 8 * plane);
                b2.add(c2).intoArray(v, out + 9 * plane);
                c2.sub(b2).intoArray(v, out + 10 * plane);
                b2.sub(e2).intoArray(v, out + 11 * plane);
                a3.sub(c3).intoArray(v, out + 12 * plane);
                b3.add(c3).intoArray(v, out + 13 * plane);
                c3.sub(b3).intoArray(v, out + 14 * plane);
                b3.sub(e3).intoArray(v, out + 15 * plane);
                a0 = c0;
                a1 = c1;
                a2 = c2;
                a3 = c3;
                b0 = e0;
                b1 = e1;
                b2 = e2;
                b3 = e3;
                out += step;
            }
        }
    }

    /**
     * Y = Aᵀ·M·A for one tile.
     *
     * @param m holds M's point p at at + p·plane
     * @param pitch floats of each point, whole vectors
     * @param y receives the four results, [2·2, pitch]
     */
    static void results(float[] m, int at, int plane, int pitch, float[] y) {
        for (int j = 0; j < pitch; j += COUNT) {
            int from = at + j;
            FloatVector m1 = fromArray(SPECIES, m, from + 4 * plane);
            FloatVector m2 = fromArray(SPECIES, m, from + 8 * plane);
            FloatVector p0 = fromArray(SPECIES, m, from).add(m1).add(m2);
            FloatVector q0 = m1.sub(m2).sub(fromArray(SPECIES, m, from + 12 * plane));
            m1 = fromArray(SPECIES, m, from + 5 * plane);
            m2 = fromArray(SPECIES, m, from + 9 * plane);
            FloatVector p1 = fromArray(SPECIES, m, from + plane).add(m1).add(m2);
            FloatVector q1 = m1.sub(m2).sub(fromArray(SPECIES, m, from + 13 * plane));
            m1 = fromArray(SPECIES, m, from + 6 * plane);
            m2 = fromArray(SPECIES, m, from + 10 * plane);
            FloatVector p2 = fromArray(SPECIES, m, from + 2 * plane).add(m1).add(m2);
            FloatVector q2 = m1.sub(m2).sub(fromArray(SPECIES, m, from + 14 * plane));
            m1 = fromArray(SPECIES, m, from + 7 * plane);
            m2 = fromArray(SPECIES, m, from + 11 * plane);
            FloatVector p3 = fromArray(SPECIES, m, from + 3 * plane).add(m1).add(m2);
            FloatVector q3 = m1.sub(m2).sub(fromArray(SPECIES, m, from + 15 * plane));
            p0.add(p1).add(p2).intoArray(y, j);
            p1.sub(p2).sub(p3).intoArray(y, pitch + j);
            q0.add(q1).add(q2).intoArray(y, 2 * pitch + j);
            q1.sub(q2).sub(q3).intoArray(y, 3 * pitch + j);
        }
    }

    /**
     * U = G·g·Gᵀ for some channels.
     *
     * @param from index of the window's first weight, of channel 0 and the first column
     * @param channel floats from one channel to the next
     * @param row from one row of the window to the next
     * @param tap from one column of the window to the next
     * @param panels order of the columns
     * @param u receives U's point p from p·plane
     */
    static void weights(
            MemorySegment w, long from, long channel, long row, long tap, Panels panels, float[] u, int plane) {
        int vectors = panels.firsts().length;
        for (int c = 0; c < panels.rows(); c++) {
            for (int k = 0; k < vectors; k++) {
                VectorMask<Float> mask = SPECIES.indexInRange(0, panels.wide() - k * COUNT);
                long at = from + c * channel + (long) k * COUNT;
                int to = panels.firsts()[k] + c * panels.steps()[k];
                weights(w, at, row, tap, mask, u, to, plane);
            }
        }
    }

    private static void weights(
            MemorySegment w, long at, long row, long tap, VectorMask<Float> mask, float[] u, int to, int plane) {
        for (int i = 0; i < 3; i++) {
            long next = at + i * tap;
            FloatVector g0 = fromMemorySegment(SPECIES, w, bytes(next), ORDER, mask);
            FloatVector g1 = fromMemorySegment(SPECIES, w, bytes(next + row), ORDER, mask);
            FloatVector g2 = fromMemorySegment(SPECIES, w, bytes(next + 2 * row), ORDER, mask);
            FloatVector ends = g0.add(g2);
            g0.intoArray(u, to + i * plane);
            ends.add(g1).mul(0.5f).intoArray(u, to + (4 + i) * plane);
            ends.sub(g1).mul(0.5f).intoArray(u, to + (8 + i) * plane);
            g2.intoArray(u, to + (12 + i) * plane);
        }
        for (int i = 0; i < POINTS; i += 4) {
            FloatVector g1 = fromArray(SPECIES, u, to + (i + 1) * plane);
            FloatVector g2 = fromArray(SPECIES, u, to + (i + 2) * plane);
            FloatVector ends = fromArray(SPECIES, u, to + i * plane).add(g2);
            ends.add(g1).mul(0.5f).intoArray(u, to + (i + 1) * plane);
            ends.sub(g1).mul(0.5f).intoArray(u, to + (i + 2) * plane);
            g2.intoArray(u, to + (i + 3) * plane);
        }
    }

    /**
     * G·g·Gᵀ for a row of tiles of 2×2 gradients, with the G of F(3×3, 2×2).
     *
     * @param dy [2 rows, columns, channels], its rows {@code row} floats apart, from {@code at}
     * @param column floats from one column to the next
     * @param panels order of the channels
     * @param tile row of the panels of the first tile
     * @param to receives point p from p·plane
     */
    static void gradients(
            float[] dy, int at, int row, int column, int tiles, Panels panels, int tile, float[] to, int plane) {
        int vectors = panels.firsts().length;
        for (int k = 0; k < vectors; k++) {
            int from = at + k * COUNT;
            int step = panels.steps()[k];
            int out = panels.firsts()[k] + tile * step;
            for (int t = 0; t < tiles; t++) {
                FloatVector g0 = fromArray(SPECIES, dy, from);
                FloatVector h0 = fromArray(SPECIES, dy, from + column);
                FloatVector g3 = fromArray(SPECIES, dy, from + row);
                FloatVector h3 = fromArray(SPECIES, dy, from + row + column);
                FloatVector g1 = g0.add(g3).mul(0.5f);
                FloatVector h1 = h0.add(h3).mul(0.5f);
                FloatVector g2 = g0.sub(g3).mul(0.5f);
                FloatVector h2 = h0.sub(h3).mul(0.5f);
                g0.intoArray(to, out);
                g0.add(h0).mul(0.5f).intoArray(to, out + plane);
                g0.sub(h0).mul(0.5f).intoArray(to, out + 2 * plane);
                h0.intoArray(to, out + 3 * plane);
                g1.intoArray(to, out + 4 * plane);
                g1.add(h1).mul(0.5f).intoArray(to, out + 5 * plane);
                g1.sub(h1).mul(0.5f).intoArray(to, out + 6 * plane);
                h1.intoArray(to, out + 7 * plane);
                g2.intoArray(to, out + 8 * plane);
                g2.add(h2).mul(0.5f).intoArray(to, out + 9 * plane);
                g2.sub(h2).mul(0.5f).intoArray(to, out + 10 * plane);
                h2.intoArray(to, out + 11 * plane);
                g3.intoArray(to, out + 12 * plane);
                g3.add(h3).mul(0.5f).intoArray(to, out + 13 * plane);
                g3.sub(h3).mul(0.5f).intoArray(to, out + 14 * plane);
                h3.intoArray(to, out + 15 * plane);
                from += 2 * column;
                out += step;
            }
        }
    }

    /**
     * Aᵀ·M·A with the A of F(3×3, 2×2), for one channel; NaN where a sum overflowed.
     *
     * @param m holds M's point p at at + p·plane
     * @param pitch floats of each point, whole vectors
     * @param y receives the window's nine, [3·3, pitch]
     */
    static void weightResults(float[] m, int at, int plane, int pitch, float[] y) {
        for (int j = 0; j < pitch; j += COUNT) {
            for (int i = 0; i < 3; i++) {
                int from = at + j;
                FloatVector m0 = down(m, from, plane, i);
                FloatVector m1 = down(m, from + plane, plane, i);
                FloatVector m2 = down(m, from + 2 * plane, plane, i);
                FloatVector m3 = down(m, from + 3 * plane, plane, i);
                int to = 3 * i * pitch + j;
                Lanes.settled(m0.add(m1).add(m2)).intoArray(y, to);
                Lanes.settled(m1.sub(m2)).intoArray(y, to + pitch);
                Lanes.settled(m1.add(m2).sub(m3)).intoArray(y, to + 2 * pitch);
            }
        }
    }

    /** Row i of Aᵀ times a column of M. */
    private static FloatVector down(float[] m, int at, int plane, int i) {
        FloatVector m1 = fromArray(SPECIES, m, at + 4 * plane);
        FloatVector m2 = fromArray(SPECIES, m, at + 8 * plane);
        return switch (i) {
            case 0 -> fromArray(SPECIES, m, at).add(m1).add(m2);
            case 1 -> m1.sub(m2);
            default -> m1.add(m2).sub(fromArray(SPECIES, m, at + 12 * plane));
        };
    }
}
