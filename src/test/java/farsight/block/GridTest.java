package farsight.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridTest {
    @ParameterizedTest
    @CsvSource({
        "262144, 1, 512, 512",
        "250000, 1, 500, 500",
        "172800, 1.3333333333333333, 360, 480",
        "12, 1, 3, 4",
        "12, 0.9, 4, 3",
        "2, 1, 1, 2",
        "2, 0.5, 2, 1",
        "1, 3, 1, 1",
        "7, 1, 1, 7",
        "7, 0.99, 7, 1",
        "1024, 100, 4, 256",
        "2147483647, 1.5, 1, 2147483647"
    })
    void theNearestFactorisation(long positions, double aspect, int height, int width) {
        assertThat(Grid.near(positions, aspect)).isEqualTo(new Grid(height, width));
    }

    @Test
    void gridsHaveExactlyNPositionsAndTheNearestAspect() {
        for (double aspect : new double[] {0.2, 0.75, 1, 1.5, 16.0 / 9}) {
            for (int positions = 1; positions <= 400; positions++) {
                Grid shape = Grid.near(positions, aspect);
                assertThat(shape.positions()).isEqualTo(positions);
                for (int height = 1; height <= positions; height++) {
                    if (positions % height == 0) {
                        assertThat(distance((double) shape.width(), (double) shape.height(), aspect))
                                .isLessThanOrEqualTo(distance((double) positions / height, height, aspect) + 1e-12);
                    }
                }
            }
        }
    }

    private static double distance(double width, double height, double aspect) {
        return Math.abs(Math.log(width / height / aspect));
    }

    @Test
    void countsAndAspectsOutOfBoundsAreRefused() {
        assertThatThrownBy(() -> Grid.near(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Grid.near(1L << 31, 1)).isInstanceOf(IllegalArgumentException.class);
        for (double aspect : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> Grid.near(4, aspect)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new Grid(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Grid.points(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pointsAreNotAPlane() {
        assertThat(Grid.points(6)).isNotEqualTo(new Grid(1, 6));
        assertThat(Grid.points(6).plane()).isFalse();
        assertThat(Grid.points(6).positions()).isEqualTo(new Grid(2, 3).positions());
        assertThat(Grid.points(6).width()).isEqualTo(6);
        assertThat(Grid.points(6).height()).isEqualTo(1);
    }

    @Test
    void aVideoIsFramesOfRowsAndColumns() {
        Grid video = new Grid(3, 5, 7);
        assertThat(video.kind()).isEqualTo(Grid.Kind.VIDEO);
        assertThat(video.positions()).isEqualTo(105);
        assertThat(video.frames()).isEqualTo(3);
        assertThat(video.height()).isEqualTo(5);
        assertThat(video.width()).isEqualTo(7);
        assertThat(video.plane()).isFalse();
        assertThat(new Grid(1, 5, 7)).isNotEqualTo(new Grid(5, 7));
        assertThat(video).hasToString("3×5×7");
    }

    @Test
    void everyWindowIsFullAndAnOddRowOrColumnIsInNone() {
        for (Grid grid : List.of(Grid.points(7), Grid.points(8), new Grid(5, 6), new Grid(4, 7), new Grid(3, 5, 7))) {
            Map<Long, Long> sizes = LongStream.range(0, grid.positions())
                    .mapToObj(grid::windowOf)
                    .filter(OptionalLong::isPresent)
                    .collect(Collectors.groupingBy(OptionalLong::getAsLong, TreeMap::new, Collectors.counting()));
            assertThat(sizes.keySet())
                    .containsExactlyElementsOf(LongStream.range(0, grid.pooled().positions())
                            .boxed()
                            .toList());
            assertThat(sizes.values()).containsOnly(2 * grid.windowRows());
        }
        assertThat(new Grid(3, 5, 7).pooled()).isEqualTo(new Grid(3, 2, 3));
        // The last position of the last window in the second frame.
        assertThat(new Grid(3, 5, 7).windowOf(35 + 3 * 7 + 5)).hasValue(11);
    }
}
