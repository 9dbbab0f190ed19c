package farsight.report.chart;

import farsight.data.DataException;
import farsight.report.chart.Drawing.Path;
import farsight.report.chart.Drawing.Picture;
import farsight.report.chart.Drawing.Symbol;
import farsight.report.chart.Drawing.Text;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;

/** Paints a drawing as PNG, at two pixels per unit. */
public final class Png {

    private static final int SCALE = 2;

    private Png() {}

    /**
     * The file's bytes.
     *
     * @throws DataException when this Java cannot draw, for example without fonts
     */
    public static byte[] bytes(Drawing drawing) {
        // Without this, drawing fails if DISPLAY is set but there is no display.
        System.setProperty("java.awt.headless", "true");
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.setUseCache(false);
            ImageIO.write(paint(drawing), "png", out);
            return out.toByteArray();
        } catch (IOException | LinkageError | InternalError | RuntimeException e) {
            throw new DataException(
                    "cannot draw PNG files: this Java finds no fonts; install fontconfig and a font, for example DejaVu",
                    e);
        }
    }

    private static BufferedImage paint(Drawing drawing) {
        int width = (int) Math.ceil(drawing.width() * SCALE);
        int height = (int) Math.ceil(drawing.height() * SCALE);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        try {
            g.setColor(Color.WHITE);
            g.fillRect(0, 0, width, height);
            g.scale(SCALE, SCALE);
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
            g.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            for (Drawing.Shape shape : drawing.shapes()) {
                switch (shape) {
                    case Path p -> path(g, p);
                    case Symbol s -> symbol(g, s);
                    case Text t -> text(g, t);
                    case Picture p -> picture(g, p);
                }
            }
        } finally {
            g.dispose();
        }
        return image;
    }

    private static void picture(Graphics2D g, Picture p) {
        AffineTransform at = AffineTransform.getTranslateInstance(p.x(), p.y());
        at.scale(p.width() / p.columns(), p.height() / p.rows());
        g.drawImage(image(p), at, null);
    }

    /** A picture's pixels as a PNG file, to embed in another document. */
    static byte[] pixels(Picture p) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.setUseCache(false);
            ImageIO.write(image(p), "png", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage image(Picture p) {
        BufferedImage image = new BufferedImage(p.columns(), p.rows(), BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, p.columns(), p.rows(), p.rgb(), 0, p.columns());
        return image;
    }

    private static void path(Graphics2D g, Path p) {
        Path2D path = new Path2D.Double();
        for (int i = 0; i < p.xs().size(); i++) {
            if (i == 0) {
                path.moveTo(p.xs().get(i), p.ys().get(i));
            } else {
                path.lineTo(p.xs().get(i), p.ys().get(i));
            }
        }
        g.setColor(new Color(p.color()));
        g.setStroke(stroke(p.width(), p.dash(), p.round()));
        g.draw(path);
    }

    private static void symbol(Graphics2D g, Symbol s) {
        Color color = new Color(s.color());
        switch (s.sign()) {
            case FILLED -> paint(g, outline(s), color, Color.WHITE, 1);
            case OPEN -> paint(g, outline(s), Color.WHITE, color, 1.8);
            case CROSS, PLUS -> {
                boolean cross = s.sign() == Chart.Sign.CROSS;
                double r = s.radius() * (cross ? 1 : 1.3);
                double k = cross ? r : 0;
                strike(g, s.x() - r, s.y() - k, s.x() + r, s.y() + k, color);
                strike(g, s.x() - k, s.y() + r, s.x() + k, s.y() - r, color);
            }
            case NONE -> {}
        }
    }

    private static Shape outline(Symbol s) {
        if (Markers.round(s)) {
            double r = s.radius();
            return new Ellipse2D.Double(s.x() - r, s.y() - r, 2 * r, 2 * r);
        }
        Path2D path = new Path2D.Double();
        List<double[]> corners = Markers.corners(s);
        path.moveTo(corners.getFirst()[0], corners.getFirst()[1]);
        corners.stream().skip(1).forEach(c -> path.lineTo(c[0], c[1]));
        path.closePath();
        return path;
    }

    private static void paint(Graphics2D g, Shape shape, Color fill, Color rim, double width) {
        g.setColor(fill);
        g.fill(shape);
        g.setColor(rim);
        g.setStroke(stroke(width, List.of(), false));
        g.draw(shape);
    }

    private static void strike(Graphics2D g, double x1, double y1, double x2, double y2, Color color) {
        g.setColor(color);
        g.setStroke(stroke(2.6, List.of(), false));
        g.draw(new Line2D.Double(x1, y1, x2, y2));
    }

    private static void text(Graphics2D g, Text t) {
        if (t.text().isEmpty()) {
            return;
        }
        Font font = new Font(Font.SANS_SERIF, t.bold() ? Font.BOLD : Font.PLAIN, 1).deriveFont((float) t.size());
        TextLayout layout = new TextLayout(t.text(), font, g.getFontRenderContext());
        double x = switch (t.anchor()) {
            case START -> t.x();
            case MIDDLE -> t.x() - layout.getAdvance() / 2;
            case END -> t.x() - layout.getAdvance();
        };
        Shape outline = layout.getOutline(AffineTransform.getTranslateInstance(x, t.y()));
        if (t.halo()) {
            g.setColor(Color.WHITE);
            g.setStroke(new BasicStroke(4, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            g.draw(outline);
        }
        g.setColor(new Color(t.color()));
        g.fill(outline);
    }

    private static BasicStroke stroke(double width, List<Double> dash, boolean round) {
        int join = round ? BasicStroke.JOIN_ROUND : BasicStroke.JOIN_MITER;
        if (dash.isEmpty()) {
            return new BasicStroke((float) width, BasicStroke.CAP_SQUARE, join);
        }
        float[] lengths = new float[dash.size()];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = dash.get(i).floatValue();
        }
        return new BasicStroke((float) width, BasicStroke.CAP_BUTT, join, 10, lengths, 0);
    }
}
