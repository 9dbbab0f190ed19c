package farsight.report;

import farsight.data.image.Image;
import farsight.data.image.Images;
import farsight.inspect.Attention;
import farsight.inspect.Inspection;
import farsight.inspect.LatentNodes;
import farsight.inspect.Query;
import farsight.inspect.Scene;
import farsight.report.chart.ColorScale;
import farsight.report.chart.MapSheet;
import farsight.report.chart.MapSheet.Mark;
import farsight.report.chart.MapSheet.Panel;
import farsight.report.chart.Style;
import farsight.report.chart.Units;
import java.util.ArrayList;
import java.util.List;

/** The maps of an inspection: attention of each query over the picture, and latent nodes side by side. */
final class Maps {

    /** Pixels along the longer side of a map over a picture. */
    private static final int SIDE = 320;

    /** Pixels along the longer side of a latent node's map. */
    private static final int SMALL_SIDE = 96;

    /** Latent nodes shown. */
    private static final int MOST_NODES = 48;

    /** How much of the picture shows through a map. */
    private static final double VEIL = 0.35;

    /** The picture's greys behind a map, so that its shadows are not taken for small values. */
    private static final double DARKEST = 0.25;

    private static final double LIGHTEST = 0.85;

    /** The reason for an edge without colours. */
    private static final String UNPOOLED =
            "Keys are pooled over windows of 2×2 positions, each of which has its window's value; the last row of an odd"
                    + " height and the last column of an odd width lie in no window, are no keys, and have no colour.";

    private Maps() {}

    /** All sheets; none if the positions have no place in a picture. */
    static List<MapSheet> of(Inspection i) {
        Scene scene = i.scene();
        List<MapSheet> all = new ArrayList<>();
        if (scene != null) {
            i.attentions().forEach(a -> all.add(attention(i, scene, a)));
            i.nodes().forEach(n -> all.add(nodes(i, scene, n)));
        }
        return all;
    }

    private static MapSheet attention(Inspection i, Scene scene, Attention a) {
        boolean one = a.maps().size() == 1 && i.queries().size() != 1;
        // Figures in multiples of even attention mean the same at any N.
        float factor = a.softmax() ? a.keys() : 1;
        List<float[]> cells = new ArrayList<>();
        for (float[] map : a.maps()) {
            float[] scaled = map.clone();
            for (int k = 0; k < scaled.length; k++) {
                scaled[k] *= factor;
            }
            cells.add(scene.perCell(scaled));
        }
        ColorScale scale = ColorScale.of(cells);
        Image behind = background(scene);
        List<Panel> panels = new ArrayList<>();
        panels.add(picture(i, scene, behind, one));
        for (int k = 0; k < cells.size(); k++) {
            Query q = i.queries().get(k);
            String label = one ? "one map for every query" : "query " + (k + 1) + " (" + place(scene, q) + ")";
            panels.add(new Panel(
                    label,
                    behind.width(),
                    over(scene, cells.get(k), scale, behind),
                    one ? List.of() : List.of(mark(scene, q, ""))));
        }
        String unit = a.softmax()
                ? "attention, in multiples of the even 1/%s".formatted(Units.count(a.keys()))
                : "affinity of the query to the position";
        return new MapSheet(
                "maps-" + a.name(),
                one ? "Where the block looks" : "Where each query looks",
                a.title() + "; " + setting(i, scene),
                (one
                                ? "The weights by which the block gathers all positions, the same for every query. "
                                : "Each map is one row of the affinity: how much the query, the red point, takes from"
                                        + " each position. In brackets "
                                        + (scene.grid() ? "its column and row" : "the number of its point, from p0")
                                        + ". One scale for all maps. ")
                        + (scale.clipped()
                                ? "The highest half percent of the nonzero values has the colour of its end. "
                                : "")
                        + "Behind, in grey: " + scene.words() + "."
                        + (unpooled(a) ? " " + UNPOOLED : ""),
                unit,
                panels,
                scale,
                (double) scene.width() / scene.height(),
                VEIL,
                unpooled(a)
                        ? new MapSheet.Bare("no key: outside of every 2×2 window", bare(scene, VEIL))
                        : pointless(scene, cells));
    }

    /** Whether some position is not a key. */
    private static boolean unpooled(Attention a) {
        float[] map = a.maps().getFirst();
        for (float v : map) {
            if (Float.isNaN(v)) {
                return true;
            }
        }
        return false;
    }

    /** The colour and label of a cloud's cells without a point. */
    private static MapSheet.Bare pointless(Scene scene, List<float[]> cells) {
        for (float v : cells.getFirst()) {
            if (Float.isNaN(v)) {
                return new MapSheet.Bare("no point", bare(scene, 0));
            }
        }
        return MapSheet.Bare.NONE;
    }

    /** The colour of a position without a value over a middle grey: paper, or the picture alone. */
    private static int bare(Scene scene, double veil) {
        return MapSheet.veiled(Style.PAPER, 0.5, scene.grid() ? veil : 0);
    }

    private static String place(Scene scene, Query q) {
        return scene.grid() ? q.x() + ", " + q.y() : "p" + q.position();
    }

    private static Panel picture(Inspection i, Scene scene, Image behind, boolean one) {
        int[] rgb = new int[behind.pixels()];
        for (int p = 0; p < rgb.length; p++) {
            int color = 0;
            for (int c = 0; c < Image.CHANNELS; c++) {
                float v = Math.clamp(behind.rgb()[p * Image.CHANNELS + c], 0, 1);
                color = color << 8 | Math.round(255 * v);
            }
            rgb[p] = color;
        }
        List<Mark> marks = new ArrayList<>();
        for (int k = 0; k < i.queries().size() && !one; k++) {
            marks.add(mark(scene, i.queries().get(k), Integer.toString(k + 1)));
        }
        return new Panel("the input", behind.width(), rgb, marks);
    }

    private static Mark mark(Scene scene, Query q, String label) {
        return new Mark((q.x() + 0.5) / scene.width(), (q.y() + 0.5) / scene.height(), label);
    }

    private static MapSheet nodes(Inspection i, Scene scene, LatentNodes n) {
        int shown = Math.min(MOST_NODES, n.d());
        List<float[]> cells = new ArrayList<>();
        for (int k = 0; k < shown; k++) {
            cells.add(scene.perCell(n.map(k)));
        }
        ColorScale scale = ColorScale.of(cells);
        double shrink = Math.min(1, (double) SMALL_SIDE / Math.max(scene.width(), scene.height()));
        int width = Math.max(1, (int) Math.round(scene.width() * shrink));
        int height = Math.max(1, (int) Math.round(scene.height() * shrink));
        Image plain = new Image(width, height, new float[Image.CHANNELS * width * height]);
        List<Panel> panels = new ArrayList<>();
        for (int k = 0; k < shown; k++) {
            int[] rgb = pixels(scene, cells.get(k), scale, plain, 0);
            panels.add(new Panel(Integer.toString(k), width, rgb, List.of()));
        }
        int idle = n.idle();
        return new MapSheet(
                "nodes-" + n.name(),
                "Latent nodes: " + n.title(),
                (shown < n.d() ? "the first %d of %d nodes; ".formatted(shown, n.d()) : n.d() + " nodes; ")
                        + setting(i, scene),
                "Each map is one column of Ψ: which positions belong to a latent node, and how much. "
                        + (idle == 0 ? "Every node has positions." : idle + " of " + n.d() + " nodes have none.")
                        + (scale.clipped()
                                ? " The highest half percent of the nonzero values has the colour of the scale’s end."
                                : ""),
                "affinity of the position to the latent node",
                panels,
                scale,
                (double) scene.width() / scene.height(),
                0,
                pointless(scene, cells));
    }

    private static String setting(Inspection i, Scene scene) {
        return scene.grid()
                ? "%d × %d positions".formatted(scene.width(), scene.height())
                : Units.count(i.shape().positions()) + " points";
    }

    /** The picture at the size of a panel. */
    private static Image background(Scene scene) {
        double scale = (double) SIDE / Math.max(scene.width(), scene.height());
        int width = Math.max(1, (int) Math.round(scene.width() * scale));
        int height = Math.max(1, (int) Math.round(scene.height() * scale));
        Image picture = scene.picture();
        boolean coarse = picture.width() <= scene.width() && picture.height() <= scene.height();
        return coarse ? enlarged(picture, width, height) : Images.resize(picture, width, height);
    }

    // A picture with one pixel per position is not smoothed, which would invent values in between.
    private static Image enlarged(Image picture, int width, int height) {
        float[] rgb = new float[Image.CHANNELS * width * height];
        for (int p = 0; p < width * height; p++) {
            int from = p / width * picture.height() / height * picture.width() + p % width * picture.width() / width;
            System.arraycopy(picture.rgb(), from * Image.CHANNELS, rgb, p * Image.CHANNELS, Image.CHANNELS);
        }
        return new Image(width, height, rgb);
    }

    private static int[] over(Scene scene, float[] cells, ColorScale scale, Image behind) {
        return pixels(scene, cells, scale, behind, VEIL);
    }

    private static int[] pixels(Scene scene, float[] cells, ColorScale scale, Image behind, double veil) {
        int[] rgb = new int[behind.pixels()];
        for (int p = 0; p < rgb.length; p++) {
            float value = mean(scene, cells, behind, p % behind.width(), p / behind.width());
            double grey = DARKEST + (LIGHTEST - DARKEST) * grey(behind, p);
            // A cell without a position is paper, or the picture alone.
            rgb[p] = Float.isNaN(value)
                    ? MapSheet.veiled(Style.PAPER, grey, scene.grid() ? veil : 0)
                    : MapSheet.veiled(scale.color(value), grey, veil);
        }
        return rgb;
    }

    /** The mean of the cells under a pixel; NaN if none has a value. */
    private static float mean(Scene scene, float[] cells, Image behind, int x, int y) {
        int left = x * scene.width() / behind.width();
        int right = Math.max(left + 1, (x + 1) * scene.width() / behind.width());
        int top = y * scene.height() / behind.height();
        int bottom = Math.max(top + 1, (y + 1) * scene.height() / behind.height());
        double sum = 0;
        int count = 0;
        for (int row = top; row < bottom; row++) {
            for (int column = left; column < right; column++) {
                float value = cells[row * scene.width() + column];
                if (!Float.isNaN(value)) {
                    sum += value;
                    count++;
                }
            }
        }
        return count == 0 ? Float.NaN : (float) (sum / count);
    }

    /** Luma of Rec. 709, of the values as stored. */
    private static double grey(Image image, int pixel) {
        int at = pixel * Image.CHANNELS;
        return 0.2126 * image.rgb()[at] + 0.7152 * image.rgb()[at + 1] + 0.0722 * image.rgb()[at + 2];
    }
}
