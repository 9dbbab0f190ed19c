package farsight.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QualitiesTest {

    private static StudyResults results(List<String> variants, Map<String, double[]> accuracies) {
        return Studies.results(List.of("a"), variants, List.of(), accuracies);
    }

    @Test
    void aRowStandsBesideNoBlockAndTheBest() {
        List<Quality> rows = Qualities.of(List.of(results(
                List.of("none", "cam", "snl"),
                Map.of("a/none", new double[] {0.2, 0.3}, "a/cam", new double[] {0.5, 0.6}, "a/snl", new double[] {
                    0.8, 0.9
                }))));
        assertThat(rows).extracting(Quality::block).containsExactly("", "cam", "snl");
        Quality cam = rows.get(1);
        assertThat(cam.mean()).isCloseTo(0.55, within(1e-12));
        assertThat(cam.chance()).isCloseTo(0.25, within(1e-12));
        assertThat(cam.best()).isCloseTo(0.85, within(1e-12));
        assertThat(cam.loss()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void studiesThatShareASettingAreOne() {
        StudyResults one = results(
                List.of("none", "cam"), Map.of("a/none", new double[] {0.2, 0.3}, "a/cam", new double[] {0.5, 0.6}));
        StudyResults other = results(
                List.of("snl", "cam"), Map.of("a/snl", new double[] {0.8, 0.9}, "a/cam", new double[] {0.5, 0.6}));
        List<Quality> rows = Qualities.of(List.of(one, other));
        assertThat(rows).extracting(Quality::block).containsExactly("", "cam", "snl");
        assertThat(rows).allMatch(r -> r.best() == rows.get(2).mean());
    }

    @Test
    void withoutTheNetworkAloneOrWithASeedThatDivergedThereIsNoRow() {
        assertThat(Qualities.of(List.of(results(List.of("cam"), Map.of("a/cam", new double[] {0.5, 0.6})))))
                .isEmpty();
        List<Quality> rows = Qualities.of(List.of(results(
                List.of("none", "cam"),
                Map.of("a/none", new double[] {0.2, 0.3}, "a/cam", new double[] {0.5, Double.NaN}))));
        assertThat(rows).extracting(Quality::block).containsExactly("");
    }
}
