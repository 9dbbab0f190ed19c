package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import farsight.data.DataException;
import farsight.report.chart.Axis;
import farsight.report.chart.Chart;
import farsight.report.chart.ChartLayout;
import farsight.report.chart.Drawing;
import farsight.report.chart.Png;
import farsight.report.chart.Style;
import farsight.report.chart.Svg;
import farsight.report.chart.Units;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class DrawingTest {

    @Test
    void svgIsWellFormedWithAMarkerForEachPointAndALabelForEachLine() throws Exception {
        for (SweepResult sweep : List.of(
                Samples.realistic(false),
                Samples.realistic(true),
                Samples.talk(),
                Samples.mapped(Samples.realistic(false), p -> Samples.with(p, Status.FAILED, "a < b && \"c\" \u0001")),
                Samples.sweep("", List.of(Samples.point("<b>&", 1024, 0, false))))) {
            for (Chart chart : Charts.of(sweep).made()) {
                for (Drawing drawing : List.of(ChartLayout.wide(chart), ChartLayout.narrow(chart))) {
                    Document svg = parse(Svg.file(drawing));
                    assertThat(points(svg))
                            .hasSize(chart.series().stream()
                                    .mapToInt(s -> s.marks().size())
                                    .sum());
                    List<String> texts = texts(svg);
                    chart.series().stream()
                            .map(Chart.Series::label)
                            .filter(label -> !label.isEmpty())
                            .forEach(label -> assertThat(texts).contains(label));
                    chart.keys().forEach(key -> assertThat(texts).contains(key.label()));
                    assertThat(texts)
                            .contains(
                                    chart.title(), chart.x().title(), chart.y().title());
                }
            }
        }
    }

    @Test
    void axesNameEveryPositionsInPlainFiguresAndBytesWithUnits() throws Exception {
        Chart chart = Charts.of(Samples.realistic(false)).made().getFirst();
        assertThat(texts(parse(Svg.file(ChartLayout.wide(chart)))))
                .contains("1,024", "4,096", "16,384", "65,536", "262,144", "1 MB", "1 GB", "1 TB")
                .contains("free memory of this machine: 25.2 GB");
    }

    @Test
    void everythingLiesInsideOfTheDrawingAndTheLegendBesideOrBelowTheData() {
        for (SweepResult sweep : List.of(Samples.realistic(true), Samples.talk())) {
            for (Chart chart : Charts.of(sweep).made()) {
                for (Drawing d : List.of(ChartLayout.wide(chart), ChartLayout.narrow(chart))) {
                    Placed.check(d);
                    List<Drawing.Symbol> points = d.shapes().stream()
                            .filter(Drawing.Symbol.class::isInstance)
                            .map(Drawing.Symbol.class::cast)
                            .filter(s -> !s.note().isEmpty())
                            .toList();
                    double rightOfData =
                            points.stream().mapToDouble(Drawing.Symbol::x).max().orElse(0);
                    double bottomOfData =
                            points.stream().mapToDouble(Drawing.Symbol::y).max().orElse(0);
                    for (Drawing.Shape shape : d.shapes()) {
                        if (shape instanceof Drawing.Symbol s && s.note().isEmpty()) {
                            assertThat(s.x() > rightOfData || s.y() > bottomOfData)
                                    .isTrue();
                        }
                    }
                }
            }
        }
    }

    @Test
    void pngIsTwiceTheDrawingAndShowsInkAndColourOnWhite() throws Exception {
        Chart chart = Charts.of(Samples.realistic(false)).made().getFirst();
        Drawing drawing = ChartLayout.wide(chart);
        BufferedImage image = image(drawing);
        assertThat(image.getWidth()).isEqualTo(1800);
        assertThat(image.getHeight()).isEqualTo((int) (2 * drawing.height()));
        Set<Integer> colors = new HashSet<>();
        long white = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int color = image.getRGB(x, y) & 0xFFFFFF;
                colors.add(color);
                white += color == Style.PAPER ? 1 : 0;
            }
        }
        chart.series().forEach(s -> assertThat(colors).contains(s.style().color()));
        assertThat(colors).contains(Style.INK);
        long all = (long) image.getWidth() * image.getHeight();
        assertThat(white).isBetween(all / 2, all - 1);
    }

    @Test
    void drawingIsDeterministic() {
        List<String> once = new ArrayList<>();
        List<String> again = new ArrayList<>();
        Charts.of(Samples.realistic(true)).made().forEach(c -> once.add(Svg.file(ChartLayout.wide(c))));
        Charts.of(Samples.realistic(true)).made().forEach(c -> again.add(Svg.file(ChartLayout.wide(c))));
        assertThat(again).isEqualTo(once);
    }

    @Test
    void valuesCloseTogetherDoNotFillTheHeight() {
        Axis axis = Axis.round("bytes", List.of(1e6, 1.02e6), Units::bytesTick);
        assertThat(axis.high() / axis.low()).isGreaterThanOrEqualTo(9.9);
        assertThat(axis.ticks()).hasSizeGreaterThan(2);
        assertThat(axis.ticks().stream().map(Axis.Tick::label)).contains("1 MB");
    }

    private static BufferedImage image(Drawing drawing) throws Exception {
        byte[] bytes;
        try {
            bytes = Png.bytes(drawing);
        } catch (DataException e) {
            assumeThat(e).as("a machine without fonts draws no PNG").isNull();
            throw e;
        }
        return ImageIO.read(new ByteArrayInputStream(bytes));
    }

    private static Document parse(String svg) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> points(Document svg) {
        return elements(svg, "g").stream()
                .filter(e -> e.getAttribute("class").equals("point"))
                .toList();
    }

    private static List<String> texts(Document svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }

    private static List<Element> elements(Document svg, String name) {
        NodeList nodes = svg.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
