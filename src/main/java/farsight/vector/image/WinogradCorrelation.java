package farsight.vector.image;

import farsight.vector.Lanes;

/**
 * A {@link Correlation} by 3×3 windows, computed by {@link Winograd}.
 *
 * <p>A task computes some pieces of the results, in tiles, and a block of their columns. As there, it takes the channels
 * in stretches: it transforms the stretch's weights, then piece by piece the inputs, multiplies them point by point,
 * and adds the transformed products to y.
 *
 * @param cut of the tiles
 * @param each pieces per task
 * @param blocks of columns
 * @param wide columns per block
 * @param stretch channels per stretch
 */
record WinogradCorrelation(Correlation of, Piece.Cut cut, int each, int blocks, int wide, int stretch)
        implements Correlation.Tasks {

    /** Columns per block, and channels per stretch, at most. */
    private static final int WIDEST = 128;

    /** Tiles of a piece times the columns or channels, whichever are more: a piece's transforms fit the second cache. */
    private static final int SIZE = 4096;

    /** Tiles per task, which share the transformed weights. */
    private static final int TILES = 1024;

    static WinogradCorrelation of(Correlation c, int threads) {
        int wide = even(c.columns(), 2 * Lanes.COUNT);
        int blocks = Math.ceilDiv(c.columns(), wide);
        int stretch = even(c.channels(), Lanes.COUNT);
        int tiles = SIZE / Math.max(wide, stretch);
        Piece.Cut cut = Piece.Cut.of(
                c.maps(),
                Winograd.tiles(c.rows().count()),
                Winograd.tiles(c.cols().count()),
                tiles);
        long pieces = (long) cut.count() * blocks * c.groups();
        int each = Math.clamp(pieces / (4L * threads), 1, Math.max(1, TILES / tiles));
        return new WinogradCorrelation(c, cut, each, blocks, wide, stretch);
    }

    /** The length of equal parts, none above {@link #WIDEST}, in multiples of {@code unit}. */
    private static int even(int extent, int unit) {
        int parts = Math.ceilDiv(extent, WIDEST);
        return Math.ceilDiv(Math.ceilDiv(extent, parts), unit) * unit;
    }

    @Override
    public int count() {
        return Math.multiplyExact(Math.ceilDiv(cut.count(), each), blocks * of.groups());
    }

    @Override
    public void run(int task) {
        int block = task % blocks;
        int group = task / blocks % of.groups();
        int first = task / (blocks * of.groups()) * each;
        int column = block * wide;
        int columns = Math.min(wide, of.columns() - column);
        for (int c = 0; c < of.channels(); c += stretch) {
            Part part = part(group, c, column, Panels.of(Math.min(stretch, of.channels() - c), columns));
            for (int i = first; i < Math.min(first + each, cut.count()); i++) {
                part.add(cut.get(i));
            }
        }
    }

    /** Transforms the weights of some channels and columns. */
    private Part part(int group, int channel, int column, Panels panels) {
        int plane = Winograd.plane(panels.size());
        float[] u = ImageWorkspace.floats(ImageWorkspace.Use.PANELS, Winograd.POINTS * plane);
        Correlation.Weights w = of.weights();
        long row = (long) w.across() * w.tap();
        long first = of.rows().tap() * row + of.cols().tap() * w.tap();
        Winograd.weights(
                w.floats(),
                group * w.group() + channel * w.channel() + first + column,
                w.channel(),
                of.rows().tapStep() * row,
                of.cols().tapStep() * w.tap(),
                panels,
                u,
                plane);
        return new Part(of, group, channel, column, panels, u);
    }

    /**
     * A stretch of the channels and a block of the columns of one group.
     *
     * @param channel the first
     * @param column the first
     * @param panels the order of the weights
     * @param weights transformed
     */
    private record Part(Correlation of, int group, int channel, int column, Panels panels, float[] weights) {

        /** Adds what these channels contribute to a piece, given in tiles. */
        void add(Piece tiles) {
            int depth = panels.rows();
            int deep = Math.ceilDiv(depth, Lanes.COUNT) * Lanes.COUNT;
            int places = Math.ceilDiv(tiles.size(), ConvolutionTiles.ROWS) * ConvolutionTiles.ROWS;
            int plane = Winograd.plane(places * deep);
            float[] inputs = Winograd.inputs(
                    Region.of(of.rows(), of.cols(), results(tiles)),
                    of.x(),
                    of.groups() * of.channels(),
                    group * of.channels() + channel,
                    depth,
                    plane,
                    deep,
                    PositionTiles.PITCH);
            int vectors = panels.firsts().length;
            int pitch = vectors * Lanes.COUNT;
            int panelPlane = Winograd.plane(panels.size());
            int sumPlane = Winograd.plane(places * pitch);
            float[] sums = ImageWorkspace.floats(ImageWorkspace.Use.TOTALS, Winograd.POINTS * sumPlane);
            int[] at = new int[ConvolutionTiles.ROWS];
            int[] none = {0};
            for (int point = 0; point < Winograd.POINTS; point++) {
                for (int v = 0; v < vectors; ) {
                    int width = ConvolutionTiles.width(vectors - v);
                    int first = v * Lanes.COUNT;
                    for (int i = 0; i < places; i += ConvolutionTiles.ROWS) {
                        for (int r = 0; r < ConvolutionTiles.ROWS; r++) {
                            at[r] = point * plane + (i + r) * deep;
                        }
                        ConvolutionTiles.multiply(
                                width,
                                inputs,
                                at,
                                none,
                                1,
                                depth,
                                weights,
                                point * panelPlane + first * depth,
                                sums,
                                point * sumPlane + i * pitch + first,
                                pitch);
                    }
                    v += width;
                }
            }
            store(tiles, sums, sumPlane, pitch);
        }

        /** The results of tiles, some of them perhaps beyond the map. */
        private static Piece results(Piece tiles) {
            return new Piece(
                    tiles.map(), tiles.maps(), 2 * tiles.row(), 2 * tiles.rows(), 2 * tiles.col(), 2 * tiles.cols());
        }

        private void store(Piece tiles, float[] sums, int plane, int pitch) {
            float[] results = ImageWorkspace.floats(ImageWorkspace.Use.SUMS, 4 * pitch);
            int height = of.rows().count();
            int width = of.cols().count();
            int all = of.groups() * of.columns();
            int own = group * of.columns() + column;
            for (int tile = 0; tile < tiles.size(); tile++) {
                int line = tile / tiles.cols();
                int map = tiles.map() + line / tiles.rows();
                int row = 2 * (tiles.row() + line % tiles.rows());
                int col = 2 * (tiles.col() + tile % tiles.cols());
                Winograd.results(sums, tile * pitch, plane, pitch, results);
                for (int r = 0; r < 4; r++) {
                    int i = row + r / 2;
                    int j = col + r % 2;
                    if (i < height && j < width) {
                        long to = (((long) map * height + i) * width + j) * all + own;
                        of.store(results, r * pitch, to, panels.wide(), own, channel == 0);
                    }
                }
            }
        }
    }
}
