package farsight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.block.NonLocal;
import farsight.data.points.PointCloud;
import farsight.model.FeatureShape;
import farsight.model.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueriesTest {

    private static Scene grid(int width, int height) {
        Scene scene =
                Scene.of(new Origin.Numbers(), FeatureShape.of("x", 1, 1, height, width), new float[width * height]);
        assertThat(scene).isNotNull();
        return scene;
    }

    @Test
    void columnsAndRowsBecomePositions() {
        List<Query> queries = Queries.parse("0,0; 3,2").in(grid(4, 3), 12);
        assertThat(queries).containsExactly(new Query(0, 0, 0), new Query(11, 3, 2));
        assertThat(Queries.parse("p0,p11").in(grid(4, 3), 12)).isEqualTo(queries);
        assertThat(Queries.parse("p7").in(null, 12)).containsExactly(new Query(7, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 12, 24})
    void spreadQueriesAreAllDifferentAndInside(int count) {
        List<Query> queries = Queries.parse(Integer.toString(count)).in(grid(40, 30), 1200);
        assertThat(queries).doesNotHaveDuplicates().hasSize(count);
        assertThat(queries.getFirst()).isEqualTo(new Query(15 * 40 + 20, 20, 15));
        assertThat(Queries.parse("9").in(grid(1, 1), 1)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "25",
                "-1",
                "many",
                "1,2,3",
                "1,",
                "1,2;",
                "a,b",
                "2000000000000",
                "p",
                "p-1",
                "p+1",
                "p1,2",
                "p1,",
                "p9999999999"
            })
    void whatIsNoQueryIsRefused(String text) {
        assertThatThrownBy(() -> Queries.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSampleHasNoRepeatsAndDependsOnTheSeedAlone() {
        int[] sample = Queries.sample(1000, 100, 4);
        assertThat(sample).hasSize(100).doesNotHaveDuplicates().isSorted();
        assertThat(Queries.sample(1000, 100, 4)).isEqualTo(sample);
        assertThat(Queries.sample(1000, 100, 5)).isNotEqualTo(sample);
        assertThat(Queries.sample(5, 100, 4)).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aCloudIsSeenAlongItsLeastExtentAndEveryPointHasACell() {
        float[] xyz = {0, 0, 0, 4, 0.1f, 2, 4, 0, 0};
        PointCloud cloud = new PointCloud(3, 3, 1, xyz, null, null, null, 0, null);
        Scene scene = Scene.of(new Origin.Cloud(cloud), FeatureShape.of("x", 1, 1, 3), new float[3]);
        assertThat(scene).isNotNull();
        assertThat(scene.words()).contains("along y", "x to the right", "z up");
        assertThat(scene.cells()[0]).isEqualTo((scene.height() - 1) * scene.width());
        assertThat(scene.cells()[1]).isEqualTo(scene.width() - 1);
        assertThat(Queries.parse("p2, p0").in(scene, 3)).containsExactly(scene.at(2), scene.at(0));
        assertThatThrownBy(() -> Queries.parse("p0,p3").in(scene, 3))
                .hasMessageContaining("no p3")
                .hasMessageContaining("p0 to p2");
        assertThatThrownBy(() -> Queries.parse("1,0").in(scene, 3))
                .hasMessageContaining("no columns and rows")
                .hasMessageContaining("p17");
        float[] cells = scene.perCell(new float[] {1, 2, 3});
        assertThat(cells[scene.cells()[1]]).isEqualTo(2);
        assertThat(cells[scene.width() * (scene.height() / 2)]).isNaN();
    }

    @Test
    void mapsOverPooledKeysAreSpreadOverTheirWindowsAndLeaveOddBordersOut() {
        Inspection i = Looked.at(NonLocal.of(4).withSubSample(true), Looked.normal(4, 5, 7));
        float[] map = i.attentions().getFirst().maps().getFirst();
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 7; x++) {
                float v = map[y * 7 + x];
                if (y == 4 || x == 6) {
                    assertThat(v).isNaN();
                } else {
                    assertThat(v).isEqualTo(map[(y & -2) * 7 + (x & -2)]);
                }
            }
        }
    }
}
