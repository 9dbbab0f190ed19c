package farsight.vector.image;

/**
 * Neighbouring results that are computed together: the same rows and columns of some maps.
 *
 * @param map first map
 * @param maps number of maps
 * @param row first row
 * @param col first column
 */
record Piece(int map, int maps, int row, int rows, int col, int cols) {

    /** Number of results. */
    int size() {
        return maps * rows * cols;
    }

    /**
     * How maps of rows·cols results are cut into pieces.
     *
     * @param total number of maps
     * @param rows of all results
     * @param cols of all results
     * @param maps per piece
     * @param high rows per piece
     * @param wide columns per piece
     */
    record Cut(int total, int rows, int cols, int maps, int high, int wide) {

        /** Pieces of at most about {@code most} results: whole rows if they fit, and several maps if these fit. */
        static Cut of(int total, int rows, int cols, int most) {
            int wide = even(cols, Math.max(1, most));
            int high = wide < cols ? 1 : even(rows, Math.max(1, most / wide));
            int maps = wide < cols || high < rows ? 1 : even(total, Math.max(1, most / (wide * high)));
            return new Cut(total, rows, cols, maps, high, wide);
        }

        /** Parts of equal length, none longer than {@code most}. */
        private static int even(int extent, int most) {
            int parts = Math.ceilDiv(extent, most);
            return Math.ceilDiv(extent, parts);
        }

        int across() {
            return Math.ceilDiv(cols, wide);
        }

        int down() {
            return Math.ceilDiv(rows, high);
        }

        int count() {
            return Math.ceilDiv(total, maps) * down() * across();
        }

        Piece get(int index) {
            int col = index % across() * wide;
            int row = index / across() % down() * high;
            int map = index / (across() * down()) * maps;
            return new Piece(
                    map, Math.min(maps, total - map), row, Math.min(high, rows - row), col, Math.min(wide, cols - col));
        }
    }
}
