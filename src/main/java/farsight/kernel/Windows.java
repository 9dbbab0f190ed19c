package farsight.kernel;

/**
 * Places of a window that slides over maps of positions. A kernel takes each of the window's numbers for rows and
 * columns in one int, {@link #pair}, because TornadoVM compiles no more than 15 parameters.
 */
public final class Windows {

    /** The largest number of a pair. */
    public static final int MOST = Short.MAX_VALUE;

    /** The pair of two ones, such as the dilation of a window without gaps. */
    public static final int ONES = 1 << 16 | 1;

    private Windows() {}

    /** Two numbers in one, each from 0 to {@link #MOST}. */
    public static int pair(int rows, int cols) {
        return rows << 16 | cols;
    }

    /** The pair's number for rows. */
    public static int rows(int pair) {
        return pair >> 16;
    }

    /** The pair's number for columns. */
    public static int cols(int pair) {
        return pair & 0xffff;
    }

    /** Positions of a window. */
    public static int taps(int window) {
        return rows(window) * cols(window);
    }

    /** Rows of the result, of maps of that height. */
    public static int outRows(int height, int window, int stride, int padding, int dilation) {
        return (height + 2 * rows(padding) - (rows(window) - 1) * rows(dilation) - 1) / rows(stride) + 1;
    }

    /** Columns of the result, of maps of that width. */
    public static int outCols(int width, int window, int stride, int padding, int dilation) {
        return (width + 2 * cols(padding) - (cols(window) - 1) * cols(dilation) - 1) / cols(stride) + 1;
    }

    /** Positions of the result, of maps of height·width positions. */
    public static int out(int height, int width, int window, int stride, int padding, int dilation) {
        return outRows(height, window, stride, padding, dilation) * outCols(width, window, stride, padding, dilation);
    }

    /** The input under tap t of the window at output q, both counted over the batch; −1 if it is padding. */
    public static int input(int q, int t, int height, int width, int window, int stride, int padding, int dilation) {
        int outRows = outRows(height, window, stride, padding, dilation);
        int outCols = outCols(width, window, stride, padding, dilation);
        int line = q / outCols;
        int map = line / outRows;
        int row = (line - map * outRows) * rows(stride) - rows(padding) + t / cols(window) * rows(dilation);
        int col = (q - line * outCols) * cols(stride) - cols(padding) + t % cols(window) * cols(dilation);
        boolean inside = row >= 0 && row < height && col >= 0 && col < width;
        return inside ? (map * height + row) * width + col : -1;
    }

    /** The output whose tap t lies on input p, both counted over the batch; −1 if there is none. */
    public static int output(int p, int t, int height, int width, int window, int stride, int padding, int dilation) {
        int outRows = outRows(height, window, stride, padding, dilation);
        int outCols = outCols(width, window, stride, padding, dilation);
        int line = p / width;
        int map = line / height;
        int down = line - map * height + rows(padding) - t / cols(window) * rows(dilation);
        int across = p - line * width + cols(padding) - t % cols(window) * cols(dilation);
        int row = down / rows(stride);
        int col = across / cols(stride);
        boolean met = down >= 0 && row * rows(stride) == down && row < outRows;
        boolean there = across >= 0 && col * cols(stride) == across && col < outCols;
        return met && there ? (map * outRows + row) * outCols + col : -1;
    }
}
