package farsight.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import farsight.data.DataException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class QualityTableTest {

    private static final Quality ROW =
            new Quality("study", "task", Quality.QUERY, "gc", "gc", 0, "accuracy", 0.5, 0.4, 0.6, 3, 0.1, 0.9);

    private static QualityTable parse(String json) {
        return QualityTable.parse("q.json", json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String json, String... saying) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("q.json")
                .hasMessageContainingAll(saying)
                .extracting(e -> e.getMessage().lines().count())
                .isEqualTo(1L);
    }

    @Test
    void aWrittenTableIsReadBack() {
        assertThat(parse(QualityTable.json(List.of(ROW, ROW))).rows()).containsExactly(ROW, ROW);
        assertThat(parse(QualityTable.json(List.of())).rows()).isEmpty();
    }

    @Test
    void theBuildHasATable() {
        assertThat(QualityTable.load().rows())
                .allSatisfy(q -> assertThat(Quality.NEEDS).contains(q.need()));
    }

    @Test
    void aDamagedTableIsAnError() {
        String good = QualityTable.json(List.of(ROW));
        refused("", "rows");
        refused("[]", "rows");
        refused("{}", "rows");
        refused("{\"rows\": 3}", "rows");
        refused("{\"rows\": [], \"more\": 1}", "beside");
        refused(good.substring(0, good.length() / 2), "not valid JSON");
        refused("{\"rows\": [null]}", "rows[0]");
        refused("{\"rows\": [{}]}", "rows[0]");
        refused(good.replace("\"seeds\"", "\"sedes\""), "rows[0]", "'seeds'");
        refused(good.replace("\"best\"", "\"bset\" : 1, \"best\""), "rows[0]", "bset");
        refused(good.replace("\"query\"", "\"queries\""), "rows[0]", "need is 'queries'", "query, context, scene");
        refused(good.replace("0.4", "0.55"), "rows[0]", "low 0.55");
        refused(good.replace("\"seeds\" : 3", "\"seeds\" : 0"), "rows[0]", "seeds is 0");
    }

    @Test
    void lossIsTheShareOfTheGainWhicheverWayTheMetricPoints() {
        assertThat(ROW.loss()).isEqualTo(0.5);
        Quality error = new Quality("s", "t", Quality.SCENE, "gc", "gc", 0, "error", 0.3, 0.2, 0.4, 3, 0.4, 0.0);
        assertThat(error.loss()).isCloseTo(0.75, within(1e-12));
        Quality flat = new Quality("s", "t", Quality.SCENE, "gc", "gc", 0, "error", 0.3, 0.2, 0.4, 3, 0.3, 0.3);
        assertThat(flat.loss()).isZero();
    }
}
