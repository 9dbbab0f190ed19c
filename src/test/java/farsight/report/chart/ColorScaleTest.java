package farsight.report.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColorScaleTest {

    @Test
    void itRunsFromViridisDarkestToItsLightestColour() {
        assertThat(ColorScale.at(0)).isEqualTo(0x440154);
        assertThat(ColorScale.at(1)).isEqualTo(0xFDE725);
        assertThat(ColorScale.at(-1)).isEqualTo(ColorScale.at(0));
        assertThat(ColorScale.at(2)).isEqualTo(ColorScale.at(1));
    }

    @Test
    void lighterAlwaysMeansMore() {
        double before = -1;
        for (int i = 0; i <= 100; i++) {
            int c = ColorScale.at(i / 100.0);
            double luma = 0.2126 * (c >> 16 & 0xFF) + 0.7152 * (c >> 8 & 0xFF) + 0.0722 * (c & 0xFF);
            assertThat(luma).isGreaterThan(before);
            before = luma;
        }
    }

    @Test
    void fewPeaksAreClippedAndTheLegendSaysSo() {
        float[] map = new float[1000];
        for (int i = 0; i < map.length; i++) {
            map[i] = i % 10;
        }
        map[3] = 1000;
        map[4] = Float.NaN;
        ColorScale scale = ColorScale.of(List.of(map));
        assertThat(scale.high()).isEqualTo(9);
        assertThat(scale.clipped()).isTrue();
        assertThat(scale.ticks(3)).extracting(Axis.Tick::label).containsExactly("0", "4.5", "≥ 9");
        assertThat(scale.color(1000)).isEqualTo(0xFDE725);
    }

    @Test
    void nearbyTicksHaveAsManyDigitsAsTellThemApart() {
        ColorScale scale = ColorScale.of(List.of(new float[] {0.125f, 0.12503f}));
        List<String> labels = scale.ticks(5).stream().map(Axis.Tick::label).toList();
        assertThat(labels).doesNotHaveDuplicates().first().isEqualTo("0.125000");
        for (float ratio : new float[] {1.01f, 1.0001f, 1.00001f, 3f, 100f}) {
            for (float low : new float[] {1e-7f, 0.3f, 41f, 123_456f}) {
                assertThat(ColorScale.of(List.of(new float[] {low, low * ratio})).ticks(5).stream()
                                .map(Axis.Tick::label))
                        .as("%s to %s times that", low, ratio)
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void zerosDoNotCountWhenPeaksAreCutOff() {
        float[] map = new float[100_000];
        for (int i = 0; i < 400; i++) {
            map[i * 7] = 1 + i % 5;
        }
        map[3] = 1000;
        assertThat(ColorScale.of(List.of(map)).high()).isEqualTo(5);
        assertThat(ColorScale.of(List.of(new float[1000])).flat()).isTrue();
    }

    @Test
    void constantMapsHaveOneColourAndOneFigure() {
        ColorScale scale = ColorScale.of(List.of(new float[] {2, 2, Float.NaN, 2}));
        assertThat(scale.flat()).isTrue();
        assertThat(scale.color(2)).isEqualTo(ColorScale.at(0.5));
        assertThat(scale.ticks(5)).extracting(Axis.Tick::label).containsExactly("everywhere 2");
        assertThat(ColorScale.of(List.of(new float[] {Float.NaN})).flat()).isTrue();
    }

    @Test
    void signedValuesKeepTheirSmallest() {
        ColorScale scale = ColorScale.of(List.of(new float[] {-3, 0, 1}));
        assertThat(scale.low()).isEqualTo(-3);
        assertThat(scale.high()).isEqualTo(1);
    }

    @Test
    void figuresHaveThreeDigits() {
        assertThat(ColorScale.text(0)).isEqualTo("0");
        assertThat(ColorScale.text(1.5)).isEqualTo("1.5");
        assertThat(ColorScale.text(12.345)).isEqualTo("12.3");
        assertThat(ColorScale.text(250)).isEqualTo("250");
        assertThat(ColorScale.text(0.0123456)).isEqualTo("0.0123");
        assertThat(ColorScale.text(0.000025)).isEqualTo("2.5e-5");
        assertThat(ColorScale.text(-2)).isEqualTo("-2");
    }
}
