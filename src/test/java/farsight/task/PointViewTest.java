package farsight.task;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.data.Tensor;
import farsight.train.Batch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointViewTest {

    private static final int PAPER = 0xFFFFFF;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void aRoomShowsItsFurnitureAndNoCeiling(int sample) {
        Task task = Tasks.parse("rooms:noise=0");
        Batch batch = task.draw(1, 0, 8);
        PointView view = task.view(batch.x(), sample).orElseThrow();
        SamplePicture picture = view.paint(n -> (int) batch.label().get(sample * 4096L + n));
        Set<Integer> seen = new HashSet<>();
        int paper = 0;
        for (int color : picture.rgb()) {
            paper += color == PAPER ? 1 : 0;
            seen.add(color);
        }
        assertThat(seen)
                .contains(Furniture.FLOOR, Furniture.WALL, Furniture.CHAIR)
                .doesNotContain(Furniture.CEILING);
        assertThat((double) paper / picture.rgb().length).isBetween(0.2, 0.9);
    }

    @Test
    void aNearerPointCoversTheOneBehindIt() {
        // Two points on one ray of the camera, two others that give the picture its extents.
        Tensor x = Tensor.of(new float[] {0, 0, -1, 1, 0, 0, -1, 1, 1, 2, 3, 3}, 1, 3, 4);
        assertThat(Arrays.stream(PointView.front(x, 0, 3, 4).paint(n -> n).rgb())
                        .distinct())
                .containsExactlyInAnyOrder(PAPER, 0, 2, 3);
        Tensor turned = Tensor.of(new float[] {0, 0, -1, 1, 0, 0, -1, 1, 2, 1, 3, 3}, 1, 3, 4);
        assertThat(Arrays.stream(PointView.front(turned, 0, 3, 4).paint(n -> n).rgb())
                        .distinct())
                .containsExactlyInAnyOrder(PAPER, 1, 2, 3);
    }

    @Test
    void aPointOverAnotherIsHigherInThePicture() {
        Tensor x = Tensor.of(new float[] {0, 0, -1, 1, 0, 0}, 1, 3, 2);
        SamplePicture picture = PointView.front(x, 0, 3, 2).paint(n -> n);
        int[] rgb = picture.rgb();
        int first = 0;
        while (rgb[first] == PAPER) {
            first++;
        }
        assertThat(rgb[first]).as("y points down").isZero();
    }

    @Test
    void allPointsInOnePlaceAreDrawn() {
        Tensor same = Tensor.of(new float[15], 1, 3, 5);
        assertThat(PointView.front(same, 0, 3, 5).paint(_ -> 7).rgb()).contains(7);
        Tensor room = Tensor.of(new float[15], 1, 3, 5);
        assertThat(PointView.cutaway(room, 0, 3, 5).paint(_ -> 7).rgb()).isNotEmpty();
    }

    @Test
    void aWrongPredictionHasADot() {
        Task task = Tasks.parse("rooms:points=1024");
        Tensor x = task.draw(1, 0, 1).x();
        int[] zeros = new int[1024];
        int[] ones = new int[1024];
        Arrays.fill(ones, 1);
        PointView view = task.view(x, 0).orElseThrow();
        assertThat(ClassPicture.of(view, null, zeros, zeros).rgb()).containsOnly(PAPER, ClassColors.of(0));
        assertThat(ClassPicture.of(view, null, zeros, ones).rgb()).containsOnly(PAPER, ClassColors.of(0), 0x1A1A1A);
    }
}
