package farsight.task;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.block.Grid;
import farsight.data.Tensor;
import farsight.network.Extents;
import farsight.train.Batch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplePictureTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "distractors=5", "size=12,keys=40,values=20,queries=4,distance=2", "size=80,keys=3"})
    void everyCellOfRecallShowsItsKeyAndItsValue(String options) {
        Task task = Tasks.parse("recall" + (options.isEmpty() ? "" : ":" + options));
        Batch batch = task.draw(3, 0, 2);
        int size = Math.toIntExact(task.labels().getFirst());
        int values = task.classes().size();
        int keys = Math.toIntExact(task.input().channels()) - values - 1;
        for (int b = 0; b < 2; b++) {
            SamplePicture picture = task.picture(batch.x(), b).orElseThrow();
            int side = picture.columns() / size;
            assertThat(picture.rows()).isEqualTo(picture.columns());
            int empty = 0;
            for (int cell = 0; cell < size * size; cell++) {
                int key = hot(batch.x(), b, 0, keys, cell);
                int value = hot(batch.x(), b, keys, values, cell);
                boolean asks = hot(batch.x(), b, keys + values, 1, cell) == 0;
                Set<Integer> colors = colors(picture, cell, size, side);
                if (value >= 0) {
                    assertThat(corner(picture, cell, size, side)).isEqualTo(ClassColors.of(value));
                    // A key's number is there, a distractor has none.
                    assertThat(colors).hasSize(key >= 0 && side > 1 ? 2 : 1);
                } else if (asks) {
                    assertThat(corner(picture, cell, size, side)).isEqualTo(0x1A1A1A);
                } else {
                    assertThat(colors).hasSize(1).doesNotContain(0x1A1A1A, 0xFFFFFF);
                    empty++;
                }
            }
            assertThat(empty).isPositive();
        }
    }

    private static int hot(Tensor x, int sample, int from, int count, int cell) {
        long cells = x.shape()[2] * x.shape()[3];
        for (int c = 0; c < count; c++) {
            if (x.get((sample * x.shape()[1] + from + c) * cells + cell) == 1) {
                return c;
            }
        }
        return -1;
    }

    private static int corner(SamplePicture p, int cell, int size, int side) {
        return p.rgb()[cell / size * side * p.columns() + cell % size * side];
    }

    private static Set<Integer> colors(SamplePicture p, int cell, int size, int side) {
        Set<Integer> colors = new HashSet<>();
        for (int i = 0; i < side * side; i++) {
            colors.add(p.rgb()[(cell / size * side + i / side) * p.columns() + cell % size * side + i % side]);
        }
        return colors;
    }

    @Test
    void keysHaveDifferentNumbersUpToTheMost() {
        Set<Integer> pictures = new HashSet<>();
        for (int key = 0; key < 64; key++) {
            CellPainter painter = new CellPainter(1, 0);
            painter.number(0, key, 1);
            pictures.add(Arrays.hashCode(painter.picture().rgb()));
        }
        assertThat(pictures).hasSize(64);
    }

    @Test
    void aChannelIsDarkWhereItIsLarge() {
        Task task = Tasks.parse("count");
        Batch batch = task.draw(1, 0, 3);
        int[] rgb = task.picture(batch.x(), 2).orElseThrow().rgb();
        long first = 2L * rgb.length;
        for (int i = 0; i < rgb.length; i++) {
            for (int other : new int[] {0, rgb.length / 2, rgb.length - 1}) {
                if (batch.x().get(first + i) > batch.x().get(first + other)) {
                    assertThat(rgb[i] & 0xFF).isLessThanOrEqualTo(rgb[other] & 0xFF);
                }
            }
        }
        assertThat(Arrays.stream(rgb).map(c -> c & 0xFF)).contains(0, 255);
    }

    @Test
    void threeChannelsAreRedGreenAndBlueAndNumbersThatAreNotFiniteAreDrawn() {
        Extents one = new Extents(3, new Grid(1, 2));
        Tensor x = Tensor.of(new float[] {0, 1, 1, 0, Float.NaN, 1}, 1, 3, 1, 2);
        assertThat(SamplePicture.ofChannels(one, x, 0).orElseThrow().rgb()).containsExactly(0x00FF00, 0xFF00FF);
        Tensor same = Tensor.of(new float[6], 1, 3, 1, 2);
        assertThat(SamplePicture.ofChannels(one, same, 0).orElseThrow().rgb()).containsOnly(0);
    }

    @Test
    void otherSamplesHaveNoPicture() {
        assertThat(SamplePicture.ofChannels(new Extents(2, new Grid(1, 2)), Tensor.allocate(1, 2, 1, 2), 0))
                .isEmpty();
        assertThat(SamplePicture.ofChannels(Extents.vector(3), Tensor.allocate(1, 3), 0))
                .isEmpty();
    }

    @Test
    void coloursOfClassesDifferAndTheirInkIsReadable() {
        Set<Integer> colors = new HashSet<>();
        for (int k = 0; k < 64; k++) {
            int color = ClassColors.of(k);
            colors.add(color);
            assertThat(color).isBetween(0, 0xFFFFFF);
            assertThat(contrast(color, ClassColors.ink(color)))
                    .as("class %d", k)
                    .isGreaterThan(3);
        }
        assertThat(colors).hasSize(64);
    }

    /** WCAG's contrast of two colours. */
    private static double contrast(int a, int b) {
        double x = luminance(a);
        double y = luminance(b);
        return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    }

    private static double luminance(int color) {
        double[] part = new double[3];
        for (int i = 0; i < 3; i++) {
            double c = (color >> (16 - 8 * i) & 0xFF) / 255.0;
            part[i] = c <= 0.03928 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
        }
        return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
    }
}
