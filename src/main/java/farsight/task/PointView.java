package farsight.task;

import farsight.data.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;

/**
 * Points in space, projected onto a picture. Nearer points cover those behind them.
 */
public final class PointView {

    private static final int WIDTH = 480;
    private static final int HEIGHT = 360;
    private static final int EDGE = 8;
    private static final int PAPER = 0xFFFFFF;
    private static final int INK = 0x1A1A1A;
    private static final int LOW = 0xC9D6DF;
    private static final int HIGH = 0x16324F;

    /** Share of the pixels that the points' discs would cover if none hid another. */
    private static final double COVERED = 0.9;

    /** Degrees from which a room is seen: above the floor, and beside a wall. */
    private static final double ABOVE = 42;

    private static final double BESIDE = 30;

    /** Parts of a room's height and plan that are cut away. */
    private static final double CEILING = 0.06;

    private static final double WALL = 0.03;

    private final int[] columns;
    private final int[] rows;

    /** Points to draw, the farthest first. */
    private final int[] order;

    private final double least;
    private final double most;

    private PointView(double[] right, double[] up, double[] away, boolean[] shown, double least, double most) {
        int points = right.length;
        this.least = least;
        this.most = most;
        long[] keys = new long[points];
        int count = 0;
        double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int n = 0; n < points; n++) {
            if (shown[n]) {
                // Floats in the order of their bits: away is brought to 1 … 2.
                keys[count++] = (long) Float.floatToIntBits((float) away[n]) << 32 | n;
                low[0] = Math.min(low[0], right[n]);
                low[1] = Math.min(low[1], up[n]);
                high[0] = Math.max(high[0], right[n]);
                high[1] = Math.max(high[1], up[n]);
            }
        }
        Arrays.sort(keys, 0, count);
        order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = (int) keys[count - 1 - i];
        }
        double scale = Math.min(
                (WIDTH - 2 * EDGE) / Math.max(1e-9, high[0] - low[0]),
                (HEIGHT - 2 * EDGE) / Math.max(1e-9, high[1] - low[1]));
        columns = new int[points];
        rows = new int[points];
        for (int n = 0; n < points; n++) {
            columns[n] = (int) Math.round(WIDTH / 2.0 + scale * (right[n] - (low[0] + high[0]) / 2));
            rows[n] = (int) Math.round(HEIGHT / 2.0 - scale * (up[n] - (low[1] + high[1]) / 2));
        }
    }

    /**
     * A room from above and beside, without its ceiling and the walls in front of it.
     *
     * @param x [B, C, N]; the first three channels are x, y and the height
     */
    static PointView cutaway(Tensor x, int sample, int channels, int points) {
        double[] px = channel(x, sample, channels, points, 0);
        double[] py = channel(x, sample, channels, points, 1);
        double[] pz = channel(x, sample, channels, points, 2);
        double[] height = range(pz);
        double wall = straight(px, py);
        double[] along = turned(px, py, wall);
        double[] across = turned(py, px, -wall);
        double[] a = range(along);
        double[] b = range(across);
        double cut = WALL * Math.max(a[1] - a[0], b[1] - b[0]);
        double top = height[1] - CEILING * (height[1] - height[0]);
        double kept = height[0] + CEILING * (height[1] - height[0]);
        boolean[] shown = new boolean[points];
        double[] right = new double[points];
        double[] up = new double[points];
        double[] away = new double[points];
        double turn = Math.toRadians(BESIDE);
        double tilt = Math.toRadians(ABOVE);
        for (int n = 0; n < points; n++) {
            boolean front = along[n] < a[0] + cut || across[n] < b[0] + cut;
            shown[n] = pz[n] < top && (!front || pz[n] < kept);
            double side = along[n] * Math.cos(turn) - across[n] * Math.sin(turn);
            double deep = along[n] * Math.sin(turn) + across[n] * Math.cos(turn);
            right[n] = side;
            up[n] = pz[n] * Math.cos(tilt) + deep * Math.sin(tilt);
            away[n] = deep * Math.cos(tilt) - pz[n] * Math.sin(tilt);
        }
        return new PointView(right, up, positive(away), shown, height[0], height[1]);
    }

    /**
     * A scene as its camera saw it.
     *
     * @param x [B, C, N]; the first three channels point right, down and away from the camera
     */
    static PointView front(Tensor x, int sample, int channels, int points) {
        double[] right = channel(x, sample, channels, points, 0);
        double[] up = channel(x, sample, channels, points, 1);
        double[] away = channel(x, sample, channels, points, 2);
        for (int n = 0; n < points; n++) {
            up[n] = -up[n];
        }
        boolean[] shown = new boolean[points];
        Arrays.fill(shown, true);
        double[] range = range(away);
        return new PointView(right, up, positive(away), shown, range[0], range[1]);
    }

    private static double[] channel(Tensor x, int sample, int channels, int points, int channel) {
        double[] values = new double[points];
        for (int n = 0; n < points; n++) {
            values[n] = x.get(((long) sample * channels + channel) * points + n);
        }
        return values;
    }

    private static double[] range(double... values) {
        return new double[] {
            Arrays.stream(values).min().orElse(0), Arrays.stream(values).max().orElse(0)
        };
    }

    private static double[] turned(double[] x, double[] y, double angle) {
        double[] out = new double[x.length];
        for (int n = 0; n < out.length; n++) {
            out[n] = x[n] * Math.cos(angle) + y[n] * Math.sin(angle);
        }
        return out;
    }

    /** Distances brought to 1 … 2, in their order. */
    private static double[] positive(double... away) {
        double[] range = range(away);
        double span = Math.max(1e-9, range[1] - range[0]);
        return Arrays.stream(away).map(d -> 1 + (d - range[0]) / span).toArray();
    }

    /** The angle of the side of the least rectangle around a plan, which lies along a side of its convex hull. */
    private static double straight(double[] x, double[] y) {
        List<double[]> hull = hull(x, y);
        double best = Double.POSITIVE_INFINITY;
        double angle = 0;
        for (int i = 0; i < hull.size(); i++) {
            double[] p = hull.get(i);
            double[] q = hull.get((i + 1) % hull.size());
            double side = Math.atan2(q[1] - p[1], q[0] - p[0]);
            double[] a = range(hull.stream()
                    .mapToDouble(h -> h[0] * Math.cos(side) + h[1] * Math.sin(side))
                    .toArray());
            double[] b = range(hull.stream()
                    .mapToDouble(h -> h[1] * Math.cos(side) - h[0] * Math.sin(side))
                    .toArray());
            double area = (a[1] - a[0]) * (b[1] - b[0]);
            if (area < best) {
                best = area;
                angle = side;
            }
        }
        return angle;
    }

    /** The corners of the convex hull, anticlockwise (Andrew's monotone chain). */
    private static List<double[]> hull(double[] x, double[] y) {
        List<double[]> sorted = new ArrayList<>();
        for (int n = 0; n < x.length; n++) {
            sorted.add(new double[] {x[n], y[n]});
        }
        sorted.sort((p, q) -> p[0] != q[0] ? Double.compare(p[0], q[0]) : Double.compare(p[1], q[1]));
        List<double[]> all = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            int begin = all.size();
            for (double[] p : sorted) {
                while (all.size() >= begin + 2 && !left(all.get(all.size() - 2), all.getLast(), p)) {
                    all.removeLast();
                }
                all.add(p);
            }
            all.removeLast();
            Collections.reverse(sorted);
        }
        return all;
    }

    private static boolean left(double[] a, double[] b, double[] c) {
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0;
    }

    /** A colour for a place between the least and the largest of the vertical, or of the distance from a camera. */
    int shade(double value) {
        double t = most > least ? Math.clamp((value - least) / (most - least), 0, 1) : 0;
        int color = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            long part = Math.round((1 - t) * (LOW >> shift & 0xFF) + t * (HIGH >> shift & 0xFF));
            color |= (int) part << shift;
        }
        return color;
    }

    /** Paints the points as discs, each in a colour 0xRRGGBB. */
    SamplePicture paint(IntUnaryOperator color) {
        return paint(color, _ -> false);
    }

    /**
     * Paints the points as discs.
     *
     * @param color 0xRRGGBB of a point
     * @param marked whether a point has a dark dot
     */
    SamplePicture paint(IntUnaryOperator color, IntPredicate marked) {
        int[] rgb = new int[WIDTH * HEIGHT];
        Arrays.fill(rgb, PAPER);
        double radius = Math.clamp(Math.sqrt(COVERED * WIDTH * HEIGHT / (Math.PI * Math.max(1, order.length))), 0.7, 5);
        for (int n : order) {
            disc(rgb, n, radius, color.applyAsInt(n));
            if (marked.test(n)) {
                disc(rgb, n, radius / 2.5, INK);
            }
        }
        return new SamplePicture(WIDTH, rgb);
    }

    private void disc(int[] rgb, int point, double radius, int color) {
        int reach = (int) radius;
        for (int i = -reach; i <= reach; i++) {
            for (int j = -reach; j <= reach; j++) {
                int row = rows[point] + i;
                int column = columns[point] + j;
                if (i * i + j * j <= radius * radius && row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH) {
                    rgb[row * WIDTH + column] = color;
                }
            }
        }
    }
}
