package farsight.vector.image;

import farsight.vector.Lanes;
import java.util.Arrays;

/**
 * A task of {@link WeightSums} by {@link Winograd}'s F(3×3, 2×2): a tile's inputs are transformed as in the convolution,
 * its 2×2 gradients take the place of the window, and the sums over all tiles of a chunk are transformed in the end.
 *
 * @param deep number of channels
 */
record WinogradWeightSums(WeightSums of, int chunk, int group, int channel, int deep, int column) {

    /** Outputs per piece: 64 tiles. */
    private static final int OUTPUTS = 256;

    private static final int TAPS = 9;

    void run(int begin, int end) {
        int wide = Math.min(WeightSums.COLUMNS, of.columns() - column);
        int pitch = Math.ceilDiv(wide, Lanes.COUNT) * Lanes.COUNT;
        int plane = Winograd.plane(padded() * pitch);
        float[] totals = ImageWorkspace.floats(ImageWorkspace.Use.TOTALS, Winograd.POINTS * plane);
        Arrays.fill(totals, 0, Winograd.POINTS * plane, 0f);
        for (int q = begin; q < end; ) {
            Piece piece = of.piece(q, end, deep, OUTPUTS, 2);
            add(piece, wide, totals, plane, pitch);
            q += piece.size();
        }
        float[] results = ImageWorkspace.floats(ImageWorkspace.Use.SUMS, TAPS * pitch);
        long out = (long) of.groups() * of.columns();
        long first = ((long) chunk * of.channels() + channel) * TAPS * out + (long) group * of.columns() + column;
        for (int c = 0; c < deep; c++) {
            Winograd.weightResults(totals, c * pitch, plane, pitch, results);
            for (int tap = 0; tap < TAPS; tap++) {
                Lanes.write(results, tap * pitch, of.partial(), first + ((long) c * TAPS + tap) * out, wide);
            }
        }
    }

    /** Channels, in whole blocks. */
    private int padded() {
        return Math.ceilDiv(deep, PositionTiles.PITCH) * PositionTiles.PITCH;
    }

    private void add(Piece piece, int wide, float[] totals, int totalPlane, int pitch) {
        int down = Winograd.tiles(piece.rows());
        int across = Winograd.tiles(piece.cols());
        int tiles = piece.maps() * down * across;
        int block = tiles * PositionTiles.PITCH;
        int plane = Winograd.plane(tiles * padded());
        Piece even = new Piece(piece.map(), piece.maps(), piece.row(), 2 * down, piece.col(), 2 * across);
        float[] inputs = Winograd.inputs(
                Region.of(of.rows(), of.cols(), even),
                of.x(),
                of.groups() * of.channels(),
                group * of.channels() + channel,
                deep,
                plane,
                PositionTiles.PITCH,
                block);
        Panels panels = Panels.of(tiles, wide);
        int panelPlane = Winograd.plane(panels.size());
        float[] gradients = gradients(piece, down, across, panels, panelPlane);
        int[] at = new int[ConvolutionTiles.ROWS];
        int[] none = {0};
        int vectors = pitch / Lanes.COUNT;
        for (int point = 0; point < Winograd.POINTS; point++) {
            for (int v = 0; v < vectors; ) {
                int width = ConvolutionTiles.width(vectors - v);
                int first = v * Lanes.COUNT;
                for (int c = 0; c < deep; c += ConvolutionTiles.ROWS) {
                    int place = point * plane + c / PositionTiles.PITCH * block + c % PositionTiles.PITCH;
                    for (int r = 0; r < ConvolutionTiles.ROWS; r++) {
                        at[r] = place + r;
                    }
                    int panel = point * panelPlane + first * tiles;
                    PositionTiles.multiply(
                            width,
                            inputs,
                            at,
                            none,
                            1,
                            tiles,
                            gradients,
                            panel,
                            totals,
                            point * totalPlane + c * pitch + first,
                            pitch);
                }
                v += width;
            }
        }
    }

    /** The transformed gradients of all tiles. */
    private float[] gradients(Piece piece, int down, int across, Panels panels, int plane) {
        int wide = panels.wide();
        int line = 2 * across * wide;
        int lines = piece.maps() * 2 * down;
        float[] dy = ImageWorkspace.floats(ImageWorkspace.Use.MAP, lines * line + Lanes.COUNT);
        for (int i = 0; i < lines; i++) {
            copy(piece, piece.map() + i / (2 * down), i % (2 * down), wide, dy, i * line, (i + 1) * line);
        }
        float[] to = ImageWorkspace.floats(ImageWorkspace.Use.PANELS, Winograd.POINTS * plane);
        for (int i = 0; i < lines / 2; i++) {
            Winograd.gradients(dy, 2 * i * line, line, wide, across, panels, i * across, to, plane);
        }
        return to;
    }

    /** Copies a row of a map's gradients; what lies beyond the piece is 0. */
    private void copy(Piece piece, int map, int row, int wide, float[] to, int at, int end) {
        int done = at;
        if (row < piece.rows()) {
            long all = (long) of.groups() * of.columns();
            long first = ((long) map * of.rows().count() + piece.row() + row)
                            * of.cols().count()
                    + piece.col();
            Region.copy(of.dy(), first * all + (long) group * of.columns() + column, all, piece.cols(), wide, to, at);
            done += piece.cols() * wide;
        }
        Arrays.fill(to, done, end, 0f);
    }
}
