package farsight.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfusionTest {

    /** Predictions of the first classes, right more often than not. */
    private static Confusion drawn(int classes) {
        Confusion confusion = new Confusion(classes);
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 500; i++) {
            int label = random.nextInt(7);
            confusion.add(label, random.nextInt(3) > 0 ? label : random.nextInt(7));
        }
        return confusion;
    }

    @Test
    void theFiguresAreThoseOfThePairs() {
        Confusion confusion = drawn(9);
        long diagonal = 0;
        double ious = 0;
        for (int k = 0; k < 7; k++) {
            long row = 0;
            long column = 0;
            for (int other = 0; other < 9; other++) {
                row += confusion.count(k, other);
                column += confusion.count(other, k);
            }
            assertThat(confusion.labelled(k)).isEqualTo(row);
            assertThat(confusion.right(k)).isEqualTo(confusion.count(k, k));
            double iou = (double) confusion.count(k, k) / (row + column - confusion.count(k, k));
            assertThat(confusion.iou(k)).isEqualTo(iou);
            diagonal += confusion.count(k, k);
            ious += iou;
        }
        assertThat(confusion.total()).isEqualTo(500);
        assertThat(confusion.accuracy()).isEqualTo(diagonal / 500.0);
        assertThat(confusion.iou(8)).as("of a class that is nowhere").isNaN();
        assertThat(confusion.meanIou()).isCloseTo(ious / 7, within(1e-12));
    }

    @ParameterizedTest
    @ValueSource(ints = {Confusion.MOST_PAIRED + 1, 4_000_000})
    void manyClassesTakeMemoryByTheirNumberNotItsSquare(int classes) {
        Confusion confusion = drawn(classes);
        confusion.add(classes - 1, classes - 1);
        assertThat(confusion.paired()).isFalse();
        assertThat(confusion.total()).isEqualTo(501);
        assertThat(confusion.iou(classes - 1)).isEqualTo(1);
        assertThatThrownBy(() -> confusion.count(0, 0)).isInstanceOf(IllegalStateException.class);
        assertThat(new Confusion(Confusion.MOST_PAIRED).paired()).isTrue();
    }
}
