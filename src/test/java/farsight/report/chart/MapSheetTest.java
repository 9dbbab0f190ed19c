package farsight.report.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapSheetTest {

    private static MapSheet sheet(int panels, double aspect, String bare) {
        List<MapSheet.Panel> all = IntStream.range(0, panels)
                .mapToObj(i -> new MapSheet.Panel(
                        "query %d (%d, 1000)".formatted(i, i),
                        2,
                        new int[] {0xFF0000, 0x00FF00, 0x0000FF, 0xFFFFFF},
                        List.of(new MapSheet.Mark(i % 2, 1, Integer.toString(i)))))
                .toList();
        return new MapSheet(
                "maps",
                "A title that is longer than a phone is wide, and then some more",
                "a setting",
                "a caption",
                "a unit",
                all,
                new ColorScale(0, 1e-5, true),
                aspect,
                0.3,
                bare.isEmpty() ? MapSheet.Bare.NONE : new MapSheet.Bare(bare, 0xD0D0D0));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 0.1", "3, 10", "6, 1.33", "12, 0.75", "13, 1", "25, 1.5", "48, 1"})
    void everythingLiesInsideAndNoPanelCoversAnother(int panels, double aspect) {
        for (Drawing d : List.of(
                sheet(panels, aspect, "").wide(), sheet(panels, aspect, "").narrow())) {
            List<Drawing.Picture> pictures = d.shapes().stream()
                    .filter(Drawing.Picture.class::isInstance)
                    .map(Drawing.Picture.class::cast)
                    .toList();
            assertThat(pictures).hasSize(panels + 1);
            for (int i = 0; i < pictures.size(); i++) {
                Drawing.Picture p = pictures.get(i);
                assertThat(p.x()).isNotNegative();
                assertThat(p.x() + p.width()).isLessThanOrEqualTo(d.width());
                assertThat(p.y() + p.height()).isLessThanOrEqualTo(d.height());
                for (Drawing.Picture q : pictures.subList(0, i)) {
                    boolean apart = p.x() + p.width() <= q.x()
                            || q.x() + q.width() <= p.x()
                            || p.y() + p.height() <= q.y()
                            || q.y() + q.height() <= p.y();
                    assertThat(apart).isTrue();
                }
            }
            for (Drawing.Shape shape : d.shapes()) {
                if (shape instanceof Drawing.Text t && t.anchor() == Drawing.Anchor.START) {
                    double end = t.x() + Drawing.textWidth(t.text(), t.size(), t.bold());
                    assertThat(end).as(t.text()).isLessThanOrEqualTo(d.width());
                }
            }
        }
    }

    @Test
    void theLegendExplainsPositionsWithoutAValue() {
        for (Drawing d :
                List.of(sheet(3, 1, "no key").wide(), sheet(3, 1, "no key").narrow())) {
            Drawing.Picture swatch = (Drawing.Picture) d.shapes().stream()
                    .filter(s -> s instanceof Drawing.Picture p && p.note().equals("no key"))
                    .findFirst()
                    .orElseThrow();
            assertThat(swatch.rgb()).containsExactly(0xD0D0D0);
            assertThat(swatch.y() + swatch.height()).isLessThan(d.height());
            assertThat(d.shapes())
                    .anyMatch(s -> s instanceof Drawing.Text t && t.text().equals("no key"));
        }
        assertThat(sheet(3, 1, "").wide().height())
                .isLessThan(sheet(3, 1, "no key").wide().height());
    }

    @ParameterizedTest
    @CsvSource({"1", "6"})
    void mapsHaveThePicturesPixels(int panels) throws IOException {
        Drawing d = sheet(panels, 1, "").wide();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(Png.bytes(d)));
        Drawing.Picture first = (Drawing.Picture) d.shapes().stream()
                .filter(Drawing.Picture.class::isInstance)
                .findFirst()
                .orElseThrow();
        int x = (int) (2 * (first.x() + first.width() / 4));
        int y = (int) (2 * (first.y() + first.height() / 4));
        assertThat(image.getRGB(x, y) & 0xFFFFFF).isEqualTo(0xFF0000);
        assertThat(image.getRGB(x + (int) first.width(), y) & 0xFFFFFF).isEqualTo(0x00FF00);
        assertThat(Svg.inline(d)).contains("<image ", "data:image/png;base64,");
    }
}
